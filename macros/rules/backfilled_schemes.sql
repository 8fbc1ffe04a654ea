{# The schemes that are computed for every date of the spine: scheme -> the model that holds their labels. #}
{% macro backfilled_schemes() %}
    {{- return({
        'lifecycle': 'customer_lifecycle_spine',
        'activity_state': 'customer_behavioral_spine',
        'activity_trend': 'customer_behavioral_spine',
        'rfm': 'customer_rfm_spine',
        'value_tier': 'customer_value_spine',
        'pareto_class': 'customer_value_spine',
        'rhythm_risk': 'customer_churn_spine',
        'renewal_window': 'customer_churn_spine',
        'cancellation_reason': 'customer_churn_spine',
        'loyalty': 'customer_churn_spine',
    }) -}}
{% endmacro %}
