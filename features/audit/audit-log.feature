Feature: Audit log
  Every change writes an entry: which caller did what to which subject. Entries are sealed into a chain, so that a change of
  the log is noticed.

  Background:
    Given a production server
    And Ada, Grace and Linus have registered

  Rule: An entry says which caller did what

    Scenario: A person with a role
      Given Ada holds a license
      And Grace works as "support"
      When Grace suspends Ada's license
      Then the audit log says that Grace, as "support", did "license.suspended" to Ada's license
      And the entry shows that "status" went from "active" to "suspended"

    Scenario: The person themself
      Given Ada has logged in
      When Ada changes Ada's name to "Ada Lovelace"
      Then the audit log says that Ada did "user.updated" to Ada
      And the entry says that "name" changed, and not how

    Scenario: A change that is rejected
      Given Linus has logged in
      When Linus changes Ada's name to "Eve"
      Then Linus is rejected because access is denied
      And the audit log says nothing of "user.updated"

  Rule: People read what happened to their own account

    Scenario: Staff is shown by the role alone
      Given Grace works as "support"
      And Ada has logged in
      When Grace changes Ada's name to "Ada King"
      Then Ada reads in the log of Ada's account that "support" did "user.updated"

    Scenario: The account of another person
      Given Linus has logged in
      When Linus reads the log of Ada's account
      Then Linus is rejected because access is denied

    Scenario: An account that was deleted
      When the administrator deletes Ada's account
      Then the administrator reads in the log of Ada's account that it was deleted

  Rule: The role decides on the whole log

    Scenario Outline: <role>
      Given Grace works as "<role>"
      When Grace reads the audit log
      Then Grace is rejected because access is denied

      Examples:
        | role    |
        | support |
        | reader  |

    Scenario: An admin
      Given Grace works as "admin"
      When Grace reads the audit log
      Then the log begins with a log-in of Grace

  Rule: An export can be verified by its reader

    Background:
      Given the entries have been sealed
      And the administrator has exported the audit log

    Scenario: As it was exported
      Then the file is intact

    Scenario: After a change of an entry
      When entry 2 of the file is changed
      Then the file is broken at entry 2

    Scenario: Without an entry
      When entry 2 of the file is removed
      Then the file is broken at entry 2

    Scenario: Without its last line
      When the last line of the file is removed
      Then the file is broken behind its last entry

    Scenario: The export is an entry itself
      Then the audit log says that the administrator did "audit.exported" to the store

  Rule: An export takes a step-up

    Scenario: Long after the log-in
      Given Grace works as "admin"
      When 10 minutes pass
      And Grace exports the audit log
      Then Grace is rejected because a step-up is needed

  Rule: Entries and addresses are kept for a time

    Scenario: Old entries go in whole days, and the rest is intact
      Given the server keeps audit entries for "2d" and addresses for "1d"
      And the entries have been sealed
      When 73 hours pass
      And Linus has logged in
      And the worker has purged the audit log
      And the entries have been sealed
      And the administrator has exported the audit log
      Then the file begins behind its first entry
      And the file is intact
      And the audit log says that the worker did "audit.purged" to the store

    Scenario: Addresses go before
      Given the server keeps audit entries for "2d" and addresses for "1d"
      When 25 hours pass
      And the worker has purged the audit log
      Then no entry has an address
