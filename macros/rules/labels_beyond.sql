{# CTE beyond_lower or beyond_upper of scheme_labels: the label that a current row would have if the value that decided crossed that
   bound and all else stayed. Where the rule's own bound counts it is the rule of the same situation that begins where this one ends.
   Where a computed bound counts (a cut point) it is the rule whose computed bound on the other side is the same measure. No row where
   the rules alone do not say which of several labels it would be. #}
{% macro labels_beyond(side, measures) -%}
{%- set other, edge = ('upper', 'below') if side == 'lower' else ('lower', 'from') -%}
beyond_{{ side }} as (
    select
        matched.customer_id,
        matched.scheme,
        matched.is_current,
        min(rules.known_segment) as segment
    from (
        select
            matched.*,
            -- which of the two bounds is the one that explains
            coalesce(not is_shown_as_decided or shown_{{ side }}_bound {{ '>=' if side == 'lower' else '<=' }} coalesce({{ side }}_bound, shown_{{ side }}_bound), false) as is_computed
        from matched
        where is_current
            and coalesce(case when is_shown_as_decided then {{ side }}_bound end, shown_{{ side }}_bound) is not null
    ) as matched
    inner join rules
        on matched.scheme = rules.scheme
        and matched.segment <> rules.known_segment
        and case
            when not matched.is_computed
                then matched.situation = rules.situation
                    and matched.{{ side }}_bound = case matched.rule_measure
                        {%- for measure in measures %}
                        when '{{ measure }}' then rules.{{ measure }}_{{ edge }}
                        {%- endfor %}
                    end
            else (matched.situation = rules.situation or rules.rule_measure is null)
                and matched.shown_{{ side }}_measure = rules.shown_{{ other }}_measure
        end
        {%- for measure in measures %}
        and (matched.rule_measure = '{{ measure }}' or ({{ rule_holds(measure, 'matched') }}))
        {%- endfor %}
    group by matched.customer_id, matched.scheme, matched.is_current
    having count(distinct rules.known_segment) = 1
)
{%- endmacro %}
