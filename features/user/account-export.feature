Feature: Account export
  People take a copy of what is stored about them. Staff may export it for them.

  Background:
    Given a production server
    And Ada and Grace have registered
    And Ada holds a license
    And Ada's laptop is activated
    And Grace holds a license
    And Ada has logged in

  Rule: People export their own account

    Scenario: Account, licenses and machines, and nothing of other people
      When Ada exports her data
      Then the file contains her record
      And the file contains her license and her laptop

    Scenario: The devices that are logged in
      Given Ada has logged in on her phone
      When Ada exports her data
      Then the file contains the devices
        | laptop |
        | phone  |

    Scenario: What the person did, the latest first
      When Ada exports her data
      Then the file says that Ada did
        | user.exported |
        | session.begun |

    Scenario: What staff did, without a name
      Given Grace works as "support"
      And Grace changes Ada's name to "Ada King"
      When Ada exports her data
      Then the file says that "support" did "user.updated"

    Scenario: Another person
      Given Grace has logged in
      When Grace exports Ada's data
      Then Grace is rejected because access is denied
      And the audit log says nothing of "user.exported"

    Scenario: Without a session
      When an anonymous client exports Ada's data
      Then they are rejected because authentication is required

  Rule: It takes a step-up

    Scenario: Long after the log-in
      Given 10 minutes pass
      When Ada exports her data
      Then she is rejected because a step-up is needed
      And the audit log says nothing of "user.exported"

    Scenario: After the step-up
      Given 10 minutes pass
      And Ada has stepped up
      When Ada exports her data
      Then the file contains her record

    Scenario: Staff too
      Given Grace works as "admin"
      And 10 minutes pass
      When Grace exports Ada's data
      Then Grace is rejected because a step-up is needed

  Rule: Staff exports the accounts of others as far as the role goes

    Scenario: An admin
      Given Grace works as "admin"
      When Grace exports Ada's data
      Then the file contains Ada's record
      And the file contains Ada's license and her laptop

    Scenario Outline: Not <role>
      Given Grace works as "<role>"
      When Grace exports Ada's data
      Then Grace is rejected because access is denied

      Examples:
        | role    |
        | support |
        | reader  |

    Scenario: A user who does not exist
      When the administrator exports the data of a user who does not exist
      Then they are rejected because there is no such user

  Rule: A license key takes the scope for licenses in addition

    Scenario Outline: <scopes>
      Given the administrator gives the build server a token for "<scopes>"
      When the build server exports Ada's data
      Then the file contains <license>

      Examples:
        | scopes                      | license                        |
        | exports:read                | Ada's license without its key  |
        | exports:read, licenses:read | Ada's license and her laptop   |

    Scenario: A token for other things
      Given the administrator gives the build server a token for "users:read, licenses:read"
      When the build server exports Ada's data
      Then they are rejected because access is denied

  Rule: The audit log says who exported it

    Scenario: The person
      When Ada exports her data
      Then the audit log says that Ada did "user.exported" to Ada

    Scenario: Staff
      Given Grace works as "admin"
      When Grace exports Ada's data
      Then the audit log says that Grace, as "admin", did "user.exported" to Ada
