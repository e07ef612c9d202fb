"""The closed vocabulary of column meanings: what code understands about a field."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """What a source column says about a record. A new kind is a file; a new meaning is code."""

    REFERENCE = "reference"
    OTHER_ID = "other_id"
    TITLE = "title"
    GIVEN_NAMES = "given_names"
    MIDDLE_NAMES = "middle_names"
    SURNAME = "surname"
    FULL_NAME = "full_name"
    ALIAS_SURNAME = "alias_surname"
    ALIAS_GIVEN_NAMES = "alias_given_names"
    BIRTH_SURNAME = "birth_surname"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    BIRTH_DAY = "birth_day"
    BIRTH_MONTH = "birth_month"
    BIRTH_YEAR = "birth_year"
    BIRTH_PLACE = "birth_place"
    DEATH_DATE = "death_date"
    REGISTERED_DATE = "registered_date"
    EVENT_STATUS = "event_status"
    HOUSE_NUMBER = "house_number"
    ADDRESS = "address"
    TOWN = "town"
    POSTCODE = "postcode"
    UPRN = "uprn"
    NINO = "nino"
    NHS_NUMBER = "nhs_number"
    PHONE = "phone"
    EMAIL = "email"
    SORT_CODE = "sort_code"
    ACCOUNT_NUMBER = "account_number"
    OCCUPATION = "occupation"
    START_DATE = "start_date"
    END_DATE = "end_date"
    AMOUNT = "amount"
