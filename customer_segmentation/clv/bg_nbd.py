"""BG/NBD: purchases without a contract, dropping out after a repeat purchase.

Every customer without a repeat purchase has P(alive) = 1 by construction: never rank one-time buyers by it.
The functions are those of `beta_geometric.BetaGeometricModel`.

Source: Fader, Hardie and Lee (2005), "Counting your customers" the easy way.
"""

from customer_segmentation.clv.beta_geometric import PARAMETERS, BetaGeometricModel

__all__ = [
    "MODEL",
    "PARAMETERS",
    "cell_likelihood",
    "dropout_terms",
    "expected_purchases",
    "expected_purchases_if_alive",
    "fit",
    "log_likelihood",
    "no_purchase_if_alive",
    "probability_alive",
]

MODEL = "bg_nbd"

_model = BetaGeometricModel(MODEL, first_purchase_chances=0)

fit = _model.fit
log_likelihood = _model.log_likelihood
probability_alive = _model.probability_alive
dropout_terms = _model.dropout_terms
no_purchase_if_alive = _model.no_purchase_if_alive
expected_purchases_if_alive = _model.expected_purchases_if_alive
expected_purchases = _model.expected_purchases
cell_likelihood = _model.cell_likelihood
