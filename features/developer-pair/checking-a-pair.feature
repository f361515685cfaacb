@developer-pairs
Feature: Checking whether two developers are connected
  Two developers are connected while each follows the other on Twitter and they share at least one GitHub organisation.
  The result is one of four: connected, not connected, unknown developer, or undecided. An undecided check is never
  reported as "not connected".

  Background:
    Given the developers dev1 and dev2 on Twitter and GitHub

  Rule: A connection takes mutual following and a shared organisation

    Scenario: Mutual following and a shared organisation
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org3, org1, org2" on GitHub
      And dev2 shows the organisations "org2, org1" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is connected by "org1, org2"

    Scenario: Mutual following only
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org2" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

    Scenario: A shared organisation only
      Given dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org1" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

    Scenario Outline: Following is not being followed
      Given <one> follows <other> on Twitter
      And dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org1" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

      Examples:
        | one  | other |
        | dev1 | dev2  |
        | dev2 | dev1  |

  Rule: The order of a pair and the case of names do not matter

    Scenario Outline: The same two
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org1" on GitHub
      When the pair <one> and <other> is checked
      Then the pair is connected by "org1"

      Examples:
        | one  | other |
        | dev2 | dev1  |
        | DEV1 | Dev2  |

    Scenario: One developer is no pair
      When the pair dev1 and DEV1 is checked
      Then the check is rejected, because "A pair takes two developers; both are dev1."

  Rule: Unknown developers are named in the order of the request

    Scenario: Both are unknown
      When the pair dev8 and dev9 is checked
      Then there is no such developer:
        | dev8 is no a valid user in github  |
        | dev8 is no a valid user in twitter |
        | dev9 is no a valid user in github  |
        | dev9 is no a valid user in twitter |

    Scenario: Each is unknown on another network
      Given the developer dev3 on GitHub alone
      And the developer dev4 on Twitter alone
      When the pair dev4 and dev3 is checked
      Then there is no such developer:
        | dev4 is no a valid user in github  |
        | dev3 is no a valid user in twitter |

    Scenario: A name that Twitter does not allow
      Given the developer dev-3 on GitHub alone
      When the pair dev-3 and dev1 is checked
      Then there is no such developer:
        | dev-3 is no a valid user in twitter |

  Rule: Missing evidence leaves the check undecided

    Background:
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub

    Scenario: Both keep to themselves whom they follow
      Given dev2 shows the organisations "org1" on GitHub
      And the Twitter accounts of dev1 and dev2 are protected
      When the pair dev1 and dev2 is checked
      Then the check is undecided, because Twitter does not disclose it

    Scenario: Protected accounts do not matter without a shared organisation
      Given dev2 shows the organisations "org2" on GitHub
      And the Twitter accounts of dev1 and dev2 are protected
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

    Scenario Outline: A network does not answer
      Given dev2 shows the organisations "org1" on GitHub
      And <network> does not answer
      When the pair dev1 and dev2 is checked
      Then the check is undecided, because <network> does not answer

      Examples:
        | network |
        | Twitter |
        | GitHub  |

    Scenario: A developer whom GitHub does not know is unknown, whatever Twitter would say
      Given Twitter does not answer
      When the pair dev1 and dev9 is checked
      Then there is no such developer:
        | dev9 is no a valid user in github |
