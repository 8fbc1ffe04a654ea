"""MBG/NBD: purchases without a contract, dropping out after a purchase.

The first purchase is already a chance to drop out, so one-time buyers fade with their age: P(alive) is
below 1 for x = 0 too, and the lower the longer ago the only purchase was.
The functions are those of `beta_geometric.BetaGeometricModel`.

Source: Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for
customer base analysis; Wagner and Hoppe (2008), who call it CBG/NBD.
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

MODEL = "mbg_nbd"

_model = BetaGeometricModel(MODEL, first_purchase_chances=1)

fit = _model.fit
log_likelihood = _model.log_likelihood
probability_alive = _model.probability_alive
dropout_terms = _model.dropout_terms
no_purchase_if_alive = _model.no_purchase_if_alive
expected_purchases_if_alive = _model.expected_purchases_if_alive
expected_purchases = _model.expected_purchases
cell_likelihood = _model.cell_likelihood
