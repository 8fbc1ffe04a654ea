{# Every staged row of a table with the final verdict: its own (from staging), then the references, rules and exchange
   rate of `input_rules`. Merged customers are replaced by the survivor. Read by the accepted rows and by the rejected
   ones alike; engines leave out what either does not need. A reference to a table that the company does not have is
   not checked. #}
{% macro judged_rows(table) %}
{%- if table == 'customers' -%}{{ return(judged_customers()) }}{%- endif -%}
{%- set rules = input_rules()[table] -%}
{%- set references = rules.get('references', {}) -%}
{%- set currency = rules.get('currency') -%}
{%- set customer_id = 'coalesce(identities.to_customer_id, staged.customer_id)' -%}
{%- set unknown = {} -%}
{%- for column, referenced in references.items() -%}
    {%- do unknown.update({column: 'declared.has_' ~ referenced ~ ' and staged.' ~ column ~ ' is not null and ' ~ referenced ~ '.' ~ input_rules()[referenced].key[0] ~ ' is null'}) -%}
{%- endfor -%}
{%- set without_rate = currency ~ ' <> reporting.reporting_currency_code and rates.rate_to_reporting is null' -%}
select
    {%- for column in rules.columns %}
    {% if column == 'customer_id' and references.get(column) %}{{ customer_id }} as customer_id{% else %}staged.{{ column }}{% endif %},
    {%- endfor %}
    {%- if currency %}
    case
        when coalesce({{ currency }}, reporting.reporting_currency_code) = reporting.reporting_currency_code then 1
        else rates.rate_to_reporting
    end as rate_to_reporting,
    {%- endif %}
    staged.row_key,
    case
        when staged.rejection_rule_id is not null then staged.rejection_rule_id
        {%- for condition in unknown.values() %}
        when {{ condition }} then 'unknown_reference'
        {%- endfor %}
        {%- for rule_id, condition in rules.get('rules', {}).items() %}
        when {{ condition }} then '{{ rule_id }}'
        {%- endfor %}
        {%- if currency %}
        when {{ without_rate }} then 'missing_exchange_rate'
        {%- endif %}
    end as rejection_rule_id,
    case
        when staged.rejection_rule_id is not null then staged.rejection_detail
        {%- for column, condition in unknown.items() %}
        when {{ condition }}
            then concat('{{ column }} ', staged.{{ column }}, ' is not among the accepted {{ references[column] }}')
        {%- endfor %}
        {%- if currency %}
        when {{ without_rate }}
            then concat('no rate for ', {{ currency }}, ' on ', cast({{ rules.currency_date }} as {{ dbt.type_string() }}))
        {%- endif %}
    end as rejection_detail
from {{ ref('stg_' ~ table) }} as staged
{%- if references %}
cross join ({{ declared_flags(references.values() | list) }}) as declared
{%- endif %}
{%- if 'customers' in references.values() %}
left join {{ ref('int_customer_identities') }} as identities
    on staged.customer_id = identities.from_customer_id
{%- endif %}
{%- for column, referenced in references.items() %}
left join {{ accepted_relation(referenced) }} as {{ referenced }}
    on {{ customer_id if referenced == 'customers' else 'staged.' ~ column }} = {{ referenced }}.{{ input_rules()[referenced].key[0] }}
{%- endfor %}
{%- if currency %}
cross join {{ ref('int_reporting_currency') }} as reporting
left join {{ ref('int_exchange_rates_daily') }} as rates
    on {{ currency }} = rates.currency_code
    and {{ rules.currency_date }} = rates.rate_date
{%- endif %}
{%- endmacro %}
