-- one row: the parameters of both models by name, and whether each may be used
select
    {%- for model, parameters in {'bg_nbd': ['r', 'alpha', 'a', 'b'], 'gamma_gamma': ['p', 'q', 'gamma']}.items() %}
    {%- for parameter in parameters %}
    max(case when model = '{{ model }}' and parameter = '{{ parameter }}' then value end) as {{ model }}_{{ parameter }},
    {%- endfor %}
    coalesce(max(case when model = '{{ model }}' then status end), 'no_customers') as {{ model }}_status,
    coalesce(max(case when model = '{{ model }}' then status end) in ('ok', 'no_churn_signal'), false) as is_{{ model }}_usable{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('fit_clv_models') }}
