{# Every var of this project and what it may be. `deployment_setting` reads one, `check_deployment_settings` tells all mistakes of a run. #}
{% macro deployment_settings() %}
    {{- return({
        'as_of_date': {'kind': 'date', 'words': ['today', 'last_refresh']},
        'reporting_time_zone': {'kind': 'time_zone'},
        'reporting_currency': {'kind': 'pattern', 'pattern': 'auto|[A-Z]{3}', 'shape': "'auto' or a currency code such as EUR"},
        'input_tables': {'kind': 'input_tables'},
        'raw_schema': {'kind': 'pattern', 'pattern': '[A-Za-z_][A-Za-z0-9_]{0,62}', 'shape': 'a plain schema name'},
        'guests_by_email': {'kind': 'choice', 'choices': ['apart', 'joined']},
        'history_months': {'kind': 'whole_number', 'minimum': 0, 'maximum': 240, 'unit': 'months'},
        'clv_group': {'kind': 'choice', 'choices': ['none', 'customer_type', 'acquisition_source', 'first_touch_source', 'country_code']},
        'clv_discount_rate_yearly': {'kind': 'number', 'minimum': 0, 'maximum': 1},
        'clv_horizon_days': {'kind': 'number', 'minimum': 1, 'maximum': 36525},
        'clv_margin_ratio': {'kind': 'number', 'minimum': 0, 'maximum': 1},
        'contract_observation_start': {'kind': 'date', 'words': ['first_start', 'first_end']},
        'persona_group': {'kind': 'choice', 'choices': ['none', 'customer_type', 'lifecycle_group']},
        'rfm_window_days': {'kind': 'whole_number', 'minimum': 0, 'maximum': 36500, 'unit': 'days'},
        'rfm_frequency': {'kind': 'choice', 'choices': ['orders', 'purchase_days']},
        'rfm_group': {'kind': 'choice', 'choices': ['none', 'customer_type', 'country_code', 'sales_region', 'region']},
        'rfm_cut_points': {'kind': 'choice', 'choices': ['fitted', 'own']},
        'rfm_weights': {'kind': 'weights', 'names': ['recency', 'frequency', 'monetary']},
        'rfm_base_date': {'kind': 'date', 'words': ['first']},
        'changed_rows': {'kind': 'changed_rows'},
    }) -}}
{% endmacro %}
