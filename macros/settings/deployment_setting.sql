{# The value of a var. What is not allowed stops the run, so nothing else ever reaches SQL and a hostile value cannot either. #}
{% macro deployment_setting(name) %}
    {%- set declared = deployment_settings()[name] -%}
    {%- set value = setting_as_given(name) -%}
    {%- if setting_problem(name, declared, value) -%}{%- do check_deployment_settings() -%}{%- endif -%}
    {{ return(value | int if declared.kind == 'whole_number' else value) }}
{% endmacro %}

{# All settings that cannot be meant, in one refusal: as soon as one is met, and before a run. In a run of this project itself a var that
   nobody reads is misspelt. #}
{% macro check_deployment_settings() %}
    {%- set declared = deployment_settings() -%}
    {%- set problems = [] -%}
    {%- for name, about in declared.items() -%}
        {%- do problems.append(setting_problem(name, about, setting_as_given(name))) -%}
    {%- endfor -%}
    {%- for name in (invocation_args_dict.vars or {}) if name not in declared and project_name == 'customer_segmentation' -%}
        {%- do problems.append("There is no setting '" ~ name ~ "'; the nearest is '" ~ nearest_name(name, declared) ~ "'.") -%}
    {%- endfor -%}
    {%- set told = problems | select | list -%}
    {%- if told -%}{{ exceptions.raise_compiler_error(told | join('\n')) }}{%- endif -%}
{% endmacro %}

{# Words and dates as text, all else as it is. The refresh hands over its day as a variable of the environment. #}
{% macro setting_as_given(name) %}
    {%- set value = var(name) -%}
    {%- if name == 'as_of_date' and execute -%}{%- set value = env_var('CUSTOMER_SEGMENTATION_AS_OF_DATE', '') or value -%}{%- endif -%}
    {{ return(value | string | trim if deployment_settings()[name].kind in ['date', 'choice'] else value) }}
{% endmacro %}
