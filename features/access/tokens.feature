Feature: API tokens
  A program uses the service with a token of its own. A token is allowed no more than its creator, ends by itself, and can
  be replaced without an outage.

  Background:
    Given a production server
    And Ada, Grace and Linus have registered
    And Linus holds a license:
      | product | editor |

  Rule: A token does what its scopes allow

    Scenario: With the scope
      Given the administrator gives the build server a token for "licenses:read"
      Then the build server sees Linus's license

    Scenario: Without it
      Given the administrator gives the build server a token for "users:read"
      When the build server reads Linus's license
      Then they are rejected because access is denied

    Scenario Outline: <scope> is allowed in no token
      When the administrator gives the build server a token for "<scope>"
      Then the administrator is rejected because the token request is invalid

      Examples:
        | scope             |
        | staff:write       |
        | tokens:write      |
        | users:credentials |
        | users:delete      |

  Rule: A token is allowed no more than its creator

    Scenario: Staff cannot give what they do not have
      Given Ada works as "support"
      When Ada gives the build server a token for "users:delete"
      Then Ada is rejected because that is more than they have

    Scenario: Only admins give tokens
      Given Ada works as "support"
      When Ada gives the build server a token for "licenses:read"
      Then Ada is rejected because access is denied

    Scenario: It keeps only what its owner still has
      Given Ada works as "admin"
      And Grace works as "admin"
      And Ada gives the build server a token for "licenses:read, licenses:write"
      When the administrator gives Ada the role "reader"
      Then the build server sees Linus's license
      When the build server suspends Linus's license
      Then they are rejected because access is denied

    Scenario: It is refused while its owner is banned
      Given Ada works as "admin"
      And Grace works as "admin"
      And Ada gives the build server a token for "licenses:read"
      And Ada has been banned
      When the build server reads Linus's license
      Then they are rejected because the API token is refused

    Scenario: It ends with the account of its owner
      Given Ada works as "admin"
      And Grace works as "admin"
      And Ada gives the build server a token for "licenses:read"
      And Ada deletes her account
      When the build server reads Linus's license
      Then they are rejected because the API token is refused

  Rule: A token may be for some products

    Background:
      Given the administrator gives the build server a token for "licenses:read, licenses:write" and the product "editor"

    Scenario: Licenses of the product
      Then the build server sees Linus's license

    Scenario: Other licenses do not exist for it
      Given Grace holds a license:
        | product | player |
      When the build server reads Grace's license
      Then they are rejected because there is no such license
      And the build server finds only Linus's license

    Scenario: It issues none for another product
      When the build server issues a license to Grace
      Then they are rejected because the token is for other products

    Scenario: It moves none to another product
      When the build server changes the product of Linus's license to "player"
      Then they are rejected because the token is for other products

  Rule: A token may be for some networks

    Scenario Outline: <network>
      Given the administrator gives the build server a token for "licenses:read" from the network "<network>"
      When the build server reads Linus's license from the address "192.0.2.77"
      Then <outcome>

      Examples:
        | network         | outcome                                              |
        | 192.0.2.0/24    | the build server sees Linus's license                |
        | 198.51.100.0/24 | they are rejected because the API token is refused   |

  Rule: A token ends by itself

    Scenario: Until its end
      Given the administrator gives the build server a token for "licenses:read" for 30 days
      When 30 days less 1 second pass
      Then the build server sees Linus's license

    Scenario: At its end
      Given the administrator gives the build server a token for "licenses:read" for 30 days
      When 30 days pass
      And the build server reads Linus's license
      Then they are rejected because the API token is refused

    Scenario: It is revoked
      Given the administrator gives the build server a token for "licenses:read"
      When the administrator revokes the token of the build server
      And the build server reads Linus's license
      Then they are rejected because the API token is refused

  Rule: A token is replaced without an outage

    Background:
      Given the administrator gives the build server a token for "licenses:read" for 30 days

    Scenario: The new one has the whole lifetime
      Given 29 days pass
      And the administrator rotates the token of the build server
      When 29 days pass
      Then the build server sees Linus's license

    Scenario: The old one stays valid for an hour
      Given the administrator rotates the token of the build server
      And the build server still has its first token
      When 59 minutes pass
      Then the build server sees Linus's license
      When 1 minute passes
      And the build server reads Linus's license
      Then they are rejected because the API token is refused

    Scenario: A second rotation ends it at once
      Given the administrator rotates the token of the build server
      And the administrator rotates the token of the build server
      And the build server still has its first token
      When the build server reads Linus's license
      Then they are rejected because the API token is refused
