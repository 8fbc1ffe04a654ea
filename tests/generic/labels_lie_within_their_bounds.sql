{# The value that decided lies within the bounds that explain the label (on the upper one where bounds are cut points). #}
{% test labels_lie_within_their_bounds(model) %}
select *
from {{ model }}
where deciding_value < lower_bound
    or deciding_value > upper_bound
    or (deciding_value is null and coalesce(lower_bound, upper_bound) is not null)
{% endtest %}
