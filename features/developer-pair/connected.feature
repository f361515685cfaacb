@developer-pairs
Feature: Are two developers connected?
  Two developers are connected while each follows the other on Twitter and they share at least one GitHub organisation.
  The answer is one of four: connected, not connected, "there is no such developer", or "nobody can tell". What nobody
  can tell is never taken for "not connected".

  Background:
    Given the developers dev1 and dev2 on Twitter and GitHub

  Rule: It takes both: following each other, and an organisation in common

    Scenario: They do both
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org3, org1, org2" on GitHub
      And dev2 shows the organisations "org2, org1" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is connected by "org1, org2"

    Scenario: They only follow each other
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub
      And dev2 shows the organisations "org2" on GitHub
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

    Scenario: They only share an organisation
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

  Rule: A pair has no order, and names no case

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
      Then the check is refused, because "A pair takes two developers; both are dev1."

  Rule: Whoever is unknown is named, in the order of the question

    Scenario: Nobody at all
      When the pair dev8 and dev9 is checked
      Then there is no such developer:
        | dev8 is no a valid user in github  |
        | dev8 is no a valid user in twitter |
        | dev9 is no a valid user in github  |
        | dev9 is no a valid user in twitter |

    Scenario: Each is missing somewhere else
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

  Rule: What nobody can tell is not "not connected"

    Background:
      Given dev1 and dev2 follow each other on Twitter
      And dev1 shows the organisations "org1" on GitHub

    Scenario: Both keep to themselves whom they follow
      Given dev2 shows the organisations "org1" on GitHub
      And the Twitter accounts of dev1 and dev2 are protected
      When the pair dev1 and dev2 is checked
      Then nobody can tell, because Twitter does not say

    Scenario: What they keep to themselves does not matter, where they share nothing
      Given dev2 shows the organisations "org2" on GitHub
      And the Twitter accounts of dev1 and dev2 are protected
      When the pair dev1 and dev2 is checked
      Then the pair is not connected

    Scenario Outline: A network does not answer
      Given dev2 shows the organisations "org1" on GitHub
      And <network> does not answer
      When the pair dev1 and dev2 is checked
      Then nobody can tell, because <network> does not answer

      Examples:
        | network |
        | Twitter |
        | GitHub  |

    Scenario: A developer whom GitHub does not know is unknown, whatever Twitter would say
      Given Twitter does not answer
      When the pair dev1 and dev9 is checked
      Then there is no such developer:
        | dev9 is no a valid user in github |
