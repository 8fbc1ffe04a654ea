{# Whether guests with the e-mail of a known customer are that customer (joined) or stay customers of their own (apart). #}
{% macro guests_by_email() %}
    {{- return(choice_setting('guests_by_email', ['apart', 'joined'])) -}}
{% endmacro %}
