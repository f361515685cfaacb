Feature: Issuing licenses
  A vendor gives somebody a license in one step. Whatever nobody said has a harmless meaning: it begins now, it has no
  end, and machines are not counted.

  Background:
    Given a house in production
    And Ada and Bob have registered

  Rule: An administrator issues it, and its owner sees it

    Scenario: With nothing said
      When the administrator issues a license to Ada
      Then Ada's license is active
      And the software runs for Ada

    Scenario: Two licenses have two keys
      When the administrator issues a license to Ada
      And the administrator issues a license to Bob
      Then no two of them have the same key

    Scenario: The owner sees it
      Given Ada holds a license
      And Ada has logged in
      Then Ada sees her license

    Scenario: Somebody else does not
      Given Ada holds a license
      And Bob has logged in
      When Bob reads Ada's license
      Then he is refused because it is for the administrator to do

    Scenario: A stranger does not
      Given Ada holds a license
      When a stranger reads Ada's license
      Then they are refused because the house does not know who is asking

    Scenario: Nobody issues a license to themselves
      Given Ada has logged in
      When Ada issues a license to Ada
      Then she is refused because it is for the administrator to do

    Scenario: Nobody can hold a license who is not there
      When the administrator issues a license to nobody
      Then they are refused because there is no such person

    Scenario: Terms that make no sense
      When the administrator issues a license of 400 days of grace to Ada
      Then they are refused because the terms are against the rules

  Rule: What is about to end is found, the nearest end first

    Scenario: Renewals to come
      Given Ada holds a license:
        | runs for | 20 days |
      And Bob holds a license:
        | runs for | 10 days |
      Then of the licenses that end within 30 days the list shows "Bob, Ada"
      And of the licenses that end within 15 days the list shows "Bob"

  Rule: A license leaves with its owner

    Scenario: Somebody leaves
      Given Ada holds a license
      And Ada's laptop is activated
      And Ada has logged in
      When she leaves
      Then there is no license any more
      And the software does not run for Ada because nobody was given this key
