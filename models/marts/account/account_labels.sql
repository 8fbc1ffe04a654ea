-- one row per customer, as-of date and scheme of the family: the label and the rule that gave it
{{ scheme_labels(ref('account_facts')) }}
