Feature: Step-up
  A log-in elevates its session for 10 minutes. Sensitive changes take an elevated session, so that a session that was
  left open or stolen is not enough. The password elevates it again.

  Background:
    Given a production server
    And Ada, Grace and Linus have registered
    And Ada has logged in

  Rule: A log-in is recent for 10 minutes

    Scenario: Within them
      When 599 seconds pass
      And Ada deletes her account
      Then Ada cannot log in

    Scenario: After them
      When 10 minutes pass
      And Ada deletes her account
      Then she is rejected because a step-up is needed
      And Ada is logged in

    Scenario: What is not sensitive takes none
      When 10 minutes pass
      And Ada changes Ada's name to "Ada Lovelace"
      Then Ada's record shows the name "Ada Lovelace"

  Rule: The password elevates the session again

    Scenario: For 10 minutes more
      Given 10 minutes pass
      And Ada has stepped up
      When 599 seconds pass
      And Ada deletes her account
      Then Ada cannot log in

    Scenario: The session of another device stays as it was
      Given Ada has logged in on her phone
      And 10 minutes pass
      And Ada has stepped up on her phone
      When Ada deletes her account
      Then she is rejected because a step-up is needed

    Scenario: Not a wrong one
      Given 10 minutes pass
      When Ada steps up with a wrong password
      Then she is rejected because the current password is needed
      And Ada cannot delete her account

    Scenario: Not without a session
      When an anonymous client steps up
      Then they are rejected because authentication is required

    Scenario: Not for the administrator's key
      When the administrator steps up
      Then they are rejected because authentication is required

  Rule: A wrong password counts as a failed log-in

    Scenario: Ten of them
      Given Ada has stepped up with a wrong password 10 times
      When Ada steps up
      Then she is rejected because of too many attempts, for 15 minutes

    Scenario: They stop log-ins too
      Given Ada has stepped up with a wrong password 10 times
      When Ada logs in
      Then she is rejected because of too many attempts, for 15 minutes

  Rule: The current password in the request suffices for the own address and password

    Scenario: The address
      When 10 minutes pass
      And Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"

    Scenario: The address without it
      When 10 minutes pass
      And Ada changes the address to "lovelace@example.com" without a password
      Then she is rejected because a step-up is needed

    Scenario: The password without it
      When 10 minutes pass
      And Ada changes her password without the current one
      Then she is rejected because a step-up is needed

  Rule: Staff step up for what cannot be undone and for access of others

    Background:
      Given Grace works as "admin"
      And 10 minutes pass

    Scenario: To delete an account
      When Grace deletes Ada's account
      Then Grace is rejected because a step-up is needed

    Scenario: To change the address of another
      When Grace changes Ada's address to "lovelace@example.com"
      Then Grace is rejected because a step-up is needed

    Scenario: To end a session of another
      When Grace signs Ada's laptop out
      Then Grace is rejected because a step-up is needed
      And Ada is logged in

    Scenario: To give a role
      When Grace gives Ada the role "reader"
      Then Grace is rejected because a step-up is needed

    Scenario: To remove a role
      Given Linus works as "reader"
      When Grace removes the role of Linus
      Then Grace is rejected because a step-up is needed

    Scenario: To revoke a license
      Given Ada holds a license
      When Grace revokes Ada's license
      Then Grace is rejected because a step-up is needed

    Scenario: After it
      Given Grace has stepped up
      When Grace gives Ada the role "reader"
      Then Ada cannot log in

    Scenario: Suspending a license takes none
      Given Ada holds a license
      When Grace suspends Ada's license
      Then Ada's license is suspended

    Scenario: The scope is asked for first
      Given Linus works as "support"
      And 10 minutes pass
      When Linus gives Ada the role "reader"
      Then Linus is rejected because access is denied

  Rule: The administrator's key takes none, nor does open administration

    Scenario: The key
      When 10 minutes pass
      And the administrator deletes Ada's account
      Then Ada cannot log in

    Scenario: Open administration
      Given the server has been restarted in development with open administration
      When 10 minutes pass
      And Ada deletes Grace's account
      Then Grace cannot log in
