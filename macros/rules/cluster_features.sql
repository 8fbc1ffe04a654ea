{# The features of the clustering, one documented list for SQL and Python: name -> whether its logarithm is taken.
   Habits only: no protected attribute, and nothing of who the customer is. #}
{% macro cluster_features() %}
    {{- return({
        'discounted_orders_ratio': false,
        'online_orders_ratio': false,
        'categories_count': true,
        'items_per_order_count': true,
        'average_order_amount': true,
        'orders_per_year_count': true,
        'events_last_365_days_count': true,
        'email_click_ratio': false,
        'support_tickets_per_year_count': true,
    }) -}}
{% endmacro %}
