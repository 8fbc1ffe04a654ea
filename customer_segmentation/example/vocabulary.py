"""Words the example company is made of; all people, firms and addresses are invented."""

from __future__ import annotations

from typing import NamedTuple

GIVEN_NAMES = (
    "Ada", "Ben", "Chiara", "Dmitri", "Elif", "Femi", "Grace", "Hiro", "Ines", "Jonas", "Kavya", "Liam",
    "Maya", "Noor", "Oskar", "Priya", "Quinn", "Rosa", "Sven", "Tomás", "Uma", "Víctor", "Wen", "Yuki", "Zoë",
    "Søren", "Łucja", "عمر", "花子", "Anaïs",
)  # fmt: skip
FAMILY_NAMES = (
    "Abe", "Baker", "Costa", "Dubois", "Eriksson", "Fischer", "García", "Hughes", "Ivanov", "Jensen", "Kim",
    "López", "Müller", "Nguyen", "O'Neill", "Patel", "Quispe", "Rossi", "Smith", "Tanaka", "Ueda", "Visser",
    "Weber", "Xu", "Yilmaz", "Zhang", "van der Berg", "de Souza",
)  # fmt: skip
COMPANY_WORDS = (
    "North", "Blue", "Silver", "Green", "Prime", "Bright", "Urban", "Delta", "Harbour", "Summit", "Nova",
    "Cedar", "Atlas", "Orion", "Vertex", "Ümlaut", "Rapid", "Quiet", "Open", "Lotus",
)  # fmt: skip
COMPANY_NOUNS = (
    "Works", "Labs", "Foods", "Logistics", "Health", "Studio", "Partners", "Systems", "Media", "Energy",
    "Learning", "Retail", "Builders", "Capital", "Analytics", "Motors",
)  # fmt: skip
COMPANY_FORMS = ("Inc.", "LLC", "Ltd", "GmbH", "SARL", "B.V.", "AB", "K.K.", "& Sons", "Pty Ltd")

ACQUISITION_SOURCES = (
    "search", "friend or colleague", "social media", "advertisement", "newsletter", "event", "podcast",
    "store",
)  # fmt: skip
ACQUISITION_WEIGHTS = (0.3, 0.2, 0.17, 0.12, 0.06, 0.05, 0.04, 0.06)
# the same sources as the web analytics call them, in the same order
FIRST_TOUCH_SOURCES = (
    "organic_search", "referral", "social", "paid_search", "email", "event", "podcast", "store",
)  # fmt: skip

AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "non-binary")
INCOME_BANDS = ("under 25k", "25k-50k", "50k-75k", "75k-100k", "100k-150k", "150k and more")
OCCUPATIONS = (
    "teacher", "nurse", "engineer", "sales assistant", "designer", "driver", "accountant", "manager",
    "student", "electrician", "researcher", "cook", "civil servant", "lawyer", "farmer",
)  # fmt: skip
EDUCATIONS = ("primary", "secondary", "vocational", "bachelor", "master", "doctorate")
EMPLOYMENT_STATUSES = ("employed", "self-employed", "student", "retired", "not employed")
# none of them has the name of a company above
EMPLOYERS = ("City Hospital", "State University", "Northwork Foundry", "Delta Food Market", "Post", "Railway")
MARITAL_STATUSES = ("single", "married", "divorced", "widowed")
HOME_OWNERSHIPS = ("owner", "renter", "lives with family")
ORGANIZATION_TYPES = (
    "private company", "startup", "non-profit", "public", "education", "remote-first", "government",
)  # fmt: skip


class Industry(NamedTuple):
    """A sector with the spellings that people type and a 6-digit NAICS code."""

    spellings: tuple[str, ...]
    naics: str
    weight: float


INDUSTRIES = (
    Industry(("Software", "software ", "SaaS", "Computer Software", "IT / Software"), "513210", 0.18),
    Industry(("Retail", "retail", "Retail Trade", "E-commerce", "ecommerce"), "455110", 0.14),
    Industry(("Manufacturing", "manufacturing", "Industrial Manufacturing", "Mfg."), "332710", 0.12),
    Industry(("Healthcare", "Health care", "Hospital & Health Care", "HEALTHCARE"), "622110", 0.10),
    Industry(("Education", "Higher Education", "education", "Schools"), "611310", 0.08),
    Industry(("Financial Services", "Finance", "Banking", "finance & insurance"), "522110", 0.10),
    Industry(("Construction", "construction", "Building"), "236220", 0.08),
    Industry(("Logistics", "Transportation", "Transport & Logistics", "shipping"), "484121", 0.06),
    Industry(("Hospitality", "Restaurants", "Hotels", "food service"), "722511", 0.06),
    Industry(("Marketing & Advertising", "Advertising", "marketing agency"), "541810", 0.04),
    Industry(("Non-profit", "nonprofit", "NGO"), "813319", 0.03),
    Industry(("Other", "misc", "Quantum Dowsing"), "812990", 0.01),
)
INDUSTRY_SPELLINGS = tuple(spelling for one in INDUSTRIES for spelling in one.spellings)


class Job(NamedTuple):
    """A job title as typed on a business card; `weight` is relative."""

    title: str
    department: str
    seniority: str
    decides: bool
    weight: float


JOBS = (
    Job("CEO", "management", "c-level", True, 0.05),
    Job("Chief Executive Officer", "management", "c-level", True, 0.02),
    Job("CTO", "engineering", "c-level", True, 0.03),
    Job("Chief Marketing Officer", "marketing", "c-level", True, 0.02),
    Job("VP Sales", "sales", "vp", True, 0.03),
    Job("Vice President of Operations", "operations", "vp", True, 0.03),
    Job("Head of Procurement", "procurement", "director", True, 0.06),
    Job("Director of IT", "it", "director", True, 0.05),
    Job("Purchasing Manager", "procurement", "manager", True, 0.08),
    Job("Office Manager", "administration", "manager", False, 0.12),
    Job("Marketing Manager", "marketing", "manager", False, 0.08),
    Job("Sr. Software Engineer", "engineering", "senior", False, 0.08),
    Job("Software Engineer", "engineering", "staff", False, 0.09),
    Job("Buyer", "procurement", "staff", False, 0.06),
    Job("Executive Assistant", "administration", "staff", False, 0.06),
    Job("HR Business Partner", "human resources", "senior", False, 0.04),
    Job("Data Analyst", "analytics", "staff", False, 0.05),
    Job("Intern", "administration", "entry", False, 0.03),
    Job("Geschäftsführer", "management", "c-level", True, 0.02),
)

TECHNOLOGIES = (
    ("Google Analytics", "analytics"), ("WordPress", "content management"), ("Salesforce", "crm"),
    ("Slack", "chat"), ("Shopify", "shop"), ("HubSpot", "crm"), ("AWS", "cloud"),
    ("Microsoft 365", "office"), ("Zendesk", "support"), ("Stripe", "payment"),
    ("Snowflake", "data warehouse"), ("Segment", "customer data"), ("Mailchimp", "email"),
    ("Jira", "project management"), ("Google Cloud", "cloud"), ("Databricks", "data warehouse"),
    ("SAP", "erp"), ("Looker", "analytics"), ("Azure", "cloud"), ("BigQuery", "data warehouse"),
    ("Intercom", "support"), ("Notion", "knowledge base"), ("Magento", "shop"), ("Kafka", "data pipeline"),
)  # fmt: skip
# how the use of a technology becomes known: seen by the company itself, and bought from others
OBSERVED_SOURCES = ("integration", "sales call", "product usage")
ENRICHED_SOURCES = ("BuiltWith", "Clearbit", "job postings")
