-- one row per customer and as-of date: the label and the rule that gave it
{{ scheme_labels(ref('rfm_facts')) }}
