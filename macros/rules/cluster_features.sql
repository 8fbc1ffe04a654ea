{# The features of the clustering, in the order of the seed cluster_features, which says more of each. Habits only: no protected
   attribute, and nothing of who the customer is. #}
{% macro cluster_features() %}
    {{- return([
        'discounted_orders_ratio',
        'online_orders_ratio',
        'categories_count',
        'items_per_order_count',
        'average_order_amount',
        'orders_per_year_count',
        'events_last_365_days_count',
        'email_click_ratio',
        'support_tickets_per_year_count',
    ]) -}}
{% endmacro %}
