{# No combination of schemes has one whose labels need consent: the pair would carry the label where nobody asks for consent. #}
{% test combines_no_sensitive_scheme(model) %}
select concat(combinations.combination, ' combines ', schemes.scheme, ', whose labels need consent (is_sensitive)') as problem
from {{ model }} as combinations
inner join {{ ref('scheme_catalogue') }} as schemes
    on schemes.scheme in (combinations.macro_scheme, combinations.micro_scheme)
where schemes.is_sensitive
{% endtest %}
