-- one row per customer and scheme of the family at the current date: the label and the rule that gave it
{{ scheme_labels(ref('demographic_facts')) }}
