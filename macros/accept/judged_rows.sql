{# Every staged row of a table with the final verdict: its own (from staging), then its `references`
   (column -> input table: a value must point to an accepted row), then the table's `rules` across tables, then
   the exchange rate of `currency` on `currency_date`. Merged customers are replaced by the survivor.
   In expressions the row is `staged` and a referenced table stands by its own name. A reference to a table
   that the company does not have is not checked. #}
{% macro judged_rows(table, references={}, rules={}, currency=none, currency_date=none) %}
{%- do same_references(table, references) if execute -%}
{%- set declared = input_tables() if execute else [] -%}
{%- set has_customer = references.values() | select('equalto', 'customers') | list | length > 0 -%}
select
    {%- for column in staged_columns(table) %}
    {% if column == 'customer_id' and has_customer -%}
    coalesce(identities.to_customer_id, staged.customer_id) as customer_id,
    {%- else -%}
    staged.{{ column }},
    {%- endif %}
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
        {%- for column, referenced in references.items() if referenced in declared %}
        when staged.{{ column }} is not null and {{ referenced }}.{{ referenced_key(referenced) }} is null then 'unknown_reference'
        {%- endfor %}
        {%- for rule_id, condition in rules.items() %}
        when {{ condition }} then '{{ rule_id }}'
        {%- endfor %}
        {%- if currency %}
        when {{ currency }} <> reporting.reporting_currency_code and rates.rate_to_reporting is null then 'missing_exchange_rate'
        {%- endif %}
    end as rejection_rule_id,
    case
        when staged.rejection_rule_id is not null then staged.rejection_detail
        {%- for column, referenced in references.items() if referenced in declared %}
        when staged.{{ column }} is not null and {{ referenced }}.{{ referenced_key(referenced) }} is null
            then concat('{{ column }} ', staged.{{ column }}, ' is not among the accepted {{ referenced }}')
        {%- endfor %}
        {%- if currency %}
        when {{ currency }} <> reporting.reporting_currency_code and rates.rate_to_reporting is null
            then concat('no rate for ', {{ currency }}, ' on ', cast({{ currency_date }} as {{ dbt.type_string() }}))
        {%- endif %}
    end as rejection_detail
from {{ ref('stg_' ~ table) }} as staged
{%- if has_customer %}
left join {{ ref('int_customer_identities') }} as identities
    on staged.customer_id = identities.from_customer_id
{%- endif %}
{%- for column, referenced in references.items() %}
left join {{ ref('int_' ~ referenced ~ '_accepted') }} as {{ referenced }}
    on {% if referenced == 'customers' %}coalesce(identities.to_customer_id, staged.customer_id){% else %}staged.{{ column }}{% endif %} = {{ referenced }}.{{ referenced_key(referenced) }}
{%- endfor %}
{%- if currency %}
cross join {{ ref('int_reporting_currency') }} as reporting
left join {{ ref('int_exchange_rates_daily') }} as rates
    on {{ currency }} = rates.currency_code
    and {{ currency_date }} = rates.rate_date
{%- endif %}
{% endmacro %}
