{# The situations of technographic_facts, apart from its joins: <scheme>_situation of the schemes of the family. #}
{% macro technographic_situations(device_kinds) -%}
    {%- set nothing_in_use -%}
        when not is_current then null
        when not has_technologies then 'unknown'
        when technologies_count = 0 and has_rejected_technologies then 'rejected'
        when technologies_count = 0 and is_technology_known then 'none_in_use'
        when technologies_count = 0 and not is_company then 'not_applicable'
        when technologies_count = 0 then 'none_known'
    {%- endset -%}
    {%- for scheme, kind in device_kinds.items() %}
    case
        when not has_product_events then 'unknown'
        when is_seen then coalesce(main_{{ kind }}, 'unrecorded')
        when has_only_rejected_rows then 'rejected'
        else 'not_seen'
    end as {{ scheme }}_situation,
    {%- endfor %}
    case
        when not has_product_events then 'unknown'
        when version_key is not null then 'told'
        when is_seen then 'untold'
        when has_only_rejected_rows then 'rejected'
        else 'not_seen'
    end as app_version_situation,
    case
        {{ nothing_in_use }}
        else 'in_use'
    end as tech_stack_situation,
    case
        {{ nothing_in_use }}
        else coalesce(main_tech_category, 'unrecorded')
    end as tech_category_situation,
    case
        {{ nothing_in_use }}
        when observed_technologies_count > 0 and enriched_technologies_count > 0 then 'both'
        when observed_technologies_count > 0 then 'observed'
        when enriched_technologies_count > 0 then 'enriched'
        else 'unrecorded'
    end as technology_evidence_situation,
    case
        when not is_current then null
        when not (has_technologies or has_product_events) then 'unknown'
        when connected_technologies_count > 0 then 'named'
        when has_connected_app then 'unnamed'
        when has_rejected_technologies or has_only_rejected_rows then 'rejected'
        -- where nobody ever connected anything it is not recorded
        when not are_connections_recorded then 'unrecorded'
        else 'none'
    end as connected_apps_situation
{%- endmacro %}
