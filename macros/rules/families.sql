{# The families in the order of the catalogue, each with its schemes. The core marts take labels from here;
   the catalogue seed says the same, and tests compare them. #}
{% macro families() %}
    {{- return({
        'firmographic': [
            'company_size', 'company_revenue', 'industry_sector', 'headquarters_region', 'organization_hierarchy',
            'ad_spend', 'ad_intensity', 'organization_type', 'company_age', 'macro',
        ],
        'lifecycle': ['lifecycle'],
        'behavioral': [
            'activity_state', 'activity_trend', 'purchase_channel', 'product_preference', 'habit_daypart', 'habit_week',
            'purchase_intent',
        ],
        'rfm': ['rfm'],
        'value': ['value_tier', 'pareto_class', 'primary_value', 'secondary_value', 'value_driver'],
        'clusters': ['persona'],
        'churn': ['churn_risk', 'rhythm_risk', 'renewal_window', 'cancellation_reason', 'loyalty'],
    }) -}}
{% endmacro %}
