-- one row per customer and as-of date: reviews in the window of reviews, good and bad ones, and the mean of what was stated of support and in
-- reviews in the window of satisfaction. Answers to surveys are not read: they may tell of health
with

limits as (
    {{ settings('needs', ['review_days', 'satisfaction_days', 'positive_rating', 'negative_rating']) }}
),

opinions as (
    select customer_id, reviewed_date as stated_date, 1 as is_review, rating as score
    from {{ accepted_relation('reviews') | indent(4) }} as reviews
    union all
    -- a score is given when the ticket is solved
    select
        coalesce(tickets.customer_id, users.customer_id) as customer_id,
        coalesce(tickets.closed_date, tickets.opened_date) as stated_date,
        0 as is_review,
        tickets.satisfaction_score as score
    from {{ accepted_relation('support_tickets') | indent(4) }} as tickets
    left join {{ accepted_relation('users') | indent(4) }} as users
        on tickets.user_id = users.user_id
    where tickets.satisfaction_score is not null
),

counted as (
    select
        opinions.customer_id,
        spine.as_of_date,
        opinions.is_review,
        opinions.score,
        opinions.score >= limits.positive_rating as is_positive,
        opinions.score <= limits.negative_rating as is_negative,
        opinions.is_review = 1 and {{ days_between('opinions.stated_date', 'spine.as_of_date') }} < limits.review_days as is_in_review_window,
        {{ days_between('opinions.stated_date', 'spine.as_of_date') }} < limits.satisfaction_days as is_in_satisfaction_window
    from opinions
    inner join {{ ref('int_as_of_dates') }} as spine
        on opinions.stated_date <= spine.as_of_date
    cross join limits
    where opinions.customer_id is not null
),

totals as (
    select
        customer_id,
        as_of_date,
        sum(case when is_in_review_window then 1 else 0 end) as reviews_count,
        sum(case when is_in_review_window and is_positive then 1 else 0 end) as positive_reviews_count,
        sum(case when is_in_review_window and is_negative then 1 else 0 end) as negative_reviews_count,
        sum(case when is_in_satisfaction_window then 1 else 0 end) as satisfaction_scores_count,
        sum(case when is_in_satisfaction_window then {{ exact_summand('score') }} end) as satisfaction_points
    from counted
    group by customer_id, as_of_date
),

rejected as (
    {{ rejected_conversations() | indent(4) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    {%- for kind in ['review', 'opinion'] %}
    coalesce(rejected.first_rejected_{{ kind }}_date <= customers.as_of_date, false) as has_rejected_{{ kind }}_rows,
    {%- endfor %}
    {%- for measure in ['reviews', 'positive_reviews', 'negative_reviews', 'satisfaction_scores'] %}
    coalesce(totals.{{ measure }}_count, 0) as {{ measure }}_count,
    {%- endfor %}
    {{ double_literal('totals.satisfaction_points') }} / nullif(totals.satisfaction_scores_count, 0) as satisfaction_score
from {{ ref('int_customers_as_of') }} as customers
left join totals
    on customers.customer_id = totals.customer_id
    and customers.as_of_date = totals.as_of_date
left join rejected
    on customers.customer_id = rejected.customer_id
