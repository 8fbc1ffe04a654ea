-- one row: the Gamma-Gamma parameters by name, and whether they may be used
select
    max(case when parameter = 'p' then value end) as spend_p,
    max(case when parameter = 'q' then value end) as spend_q,
    max(case when parameter = 'gamma' then value end) as spend_gamma,
    coalesce(max(status) in ('ok', 'no_churn_signal'), false) as is_spend_usable
from {{ ref('fit_clv_models') }}
where model = 'gamma_gamma'
