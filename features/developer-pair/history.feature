@developer-pairs
Feature: History of checks
  Every decided check is stored with its time.

  Background:
    Given the developers dev1 and dev2 on Twitter and GitHub

  Scenario: Nothing yet
    Then the history of dev1 and dev2 is empty

  Rule: The history lists results with their time, oldest first

    Scenario: A pair becomes connected and disconnected again
      Given the pair dev1 and dev2 has been checked
      And 2 hours later dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org2, org1" on GitHub
      And dev2 shows the organisations "org1, org2" on GitHub
      And the pair dev1 and dev2 has been checked
      And 24 hours later dev2 no longer follows dev1 on Twitter
      And the pair dev1 and dev2 has been checked
      Then the history of dev1 and dev2 is:
        | 2026-01-01 00:00 | not connected           |
        | 2026-01-01 02:00 | connected by org1, org2 |
        | 2026-01-02 02:00 | not connected           |

    Scenario: One history for both orders and any case
      Given the pair dev1 and dev2 has been checked
      And the pair DEV2 and dev1 has been checked
      Then the history of Dev2 and Dev1 is:
        | 2026-01-01 00:00 | not connected |
        | 2026-01-01 00:00 | not connected |

    Scenario: Page by page
      Given the pair dev1 and dev2 has been checked 7 times, an hour apart
      Then the history of dev1 and dev2, read 3 at a time, has 7 checks on 3 pages

  Rule: Undecided checks are not stored

    Scenario: A network did not answer
      Given Twitter does not answer
      When the pair dev1 and dev2 is checked
      Then the history of dev1 and dev2 is empty

    Scenario: The check is undecided
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org1" on GitHub
      And the Twitter accounts of dev1 and dev2 are protected
      When the pair dev1 and dev2 is checked
      Then the history of dev1 and dev2 is empty

    Scenario: A developer is unknown
      When the pair dev1 and dev9 is checked
      Then the history of dev1 and dev9 is empty
