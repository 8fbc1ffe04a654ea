{{ config(materialized='view') }}
-- one row per feature that customers are clustered by, in order, and whether its logarithm is taken
{%- for feature, is_log in cluster_features().items() %}
select {{ loop.index }} as position, '{{ feature }}' as feature, {{ is_log | lower }} as is_log
{{- '\nunion all' if not loop.last }}
{%- endfor %}
