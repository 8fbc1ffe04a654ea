{# One row per industry in free words of a relation (column `industry`) with the sector it means and the pattern that
   says so; none where no pattern fits. Of the patterns that fit the most specific one decides: the lowest step of
   `specificity`, then the longest, then the first by the alphabet; never the order of the rows. "and" says nothing, and
   what stands behind "except" is just what is not meant ("Other services (except public administration)"). #}
{% macro industry_sectors(relation) -%}
{%- set meant = "regexp_replace(regexp_replace(lower(industry), '[(](except|excluding)[^)]*[)]', ' '), ' (except|excluding|other than) .*', ' ')" -%}
select
    fitting.industry,
    fitting.pattern,
    fitting.sector
from (
    select
        worded.industry,
        patterns.pattern,
        patterns.sector,
        row_number() over (
            partition by worded.industry
            order by patterns.specificity, length(patterns.pattern) desc, patterns.pattern
        ) as choice
    from (
        select
            industry,
            replace({{ word_text(meant) }}, ' and ', ' ') as words
        from {{ relation }}
        group by industry
    ) as worded
    inner join {{ ref('industries') }} as patterns
        on worded.words like patterns.pattern
) as fitting
where fitting.choice = 1
{%- endmacro %}
