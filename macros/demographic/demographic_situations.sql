{# The situations of demographic_facts, apart from its joins: <scheme>_situation of the schemes of the family. Those of protected columns ask first
   of all whether the catalogue marks the scheme as one that needs consent (is_sensitive), and whether the person consented. #}
{% macro demographic_situations(protected_schemes, stated_schemes) -%}
    {%- for scheme in protected_schemes %}
    case
        when not demographics.is_person then 'not_a_person'
        when not allowed.is_{{ scheme }}_allowed then 'not_allowed'
        when traits.customer_id is null then 'not_consented'
        else coalesce(traits.{{ scheme }}, 'not_known')
    end as {{ scheme }}_situation,
    {%- endfor %}
    {%- for scheme in stated_schemes %}
    case
        when not demographics.is_person then 'not_a_person'
        else coalesce(demographics.{{ scheme }}, 'not_known')
    end as {{ scheme }}_situation,
    {%- endfor %}
    {%- for scheme, told in {'contact_function': "case when contacts.is_contact_function_tied then 'tied' else contacts.main_contact_function end", 'contact_seniority': 'contacts.highest_contact_seniority'}.items() %}
    case
        when companies.customer_id is null then 'not_applicable'
        when not declared.has_contacts then 'unknown'
        when contacts.customer_id is not null then coalesce({{ told }}, 'not_told')
        when rejected.customer_id is not null then 'rejected'
        else 'no_contacts'
    end as {{ scheme }}_situation{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
