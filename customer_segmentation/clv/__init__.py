"""Customer lifetime value: models fitted on counts, small enough to score in SQL.

Without a contract: `bg_nbd`, `mbg_nbd`, `pareto_nbd` (and `nbd`, nobody drops out) with `gamma_gamma` for
spend. With a contract: `shifted_beta_geometric`. Each has `fit`, `log_likelihood` and its expectations;
`fitting` holds the result and turns results into frames.
"""
