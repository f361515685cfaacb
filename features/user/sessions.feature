Feature: Listing and ending sessions
  A user lists the devices with a session, and ends the session of a lost one.

  Background:
    Given a production server
    And Ada has registered
    And Ada has logged in on her laptop

  Rule: All live sessions are listed, and the current one is marked

    Scenario: Two devices
      Given 2 hours pass
      And Ada has logged in on her phone in the café
      When 3 hours pass
      Then on her phone she sees her sessions
        | device | network | began       | last seen     | this one |
        | laptop | home    | 5 hours ago | 5 hours ago   | no       |
        | phone  | café    | 3 hours ago | 0 seconds ago | yes      |

    Scenario: A request updates the time of last use
      Given Ada has logged in on her phone
      And 2 hours pass
      When she sends a request from her laptop
      Then on her laptop she sees her sessions
        | device | network | began       | last seen     | this one |
        | laptop | home    | 2 hours ago | 0 seconds ago | yes      |
        | phone  | home    | 2 hours ago | 2 hours ago   | no       |

    Scenario: Ended sessions are not listed
      Given Ada has logged in on her phone
      When she logs out on her phone
      Then on her laptop she sees only her laptop

    Scenario: Expired sessions are not listed
      Given 4 days pass
      And Ada has logged in on her phone
      When 3 days pass
      Then on her phone she sees only her phone

    Scenario: Sessions of other users are not listed
      Given Mallory has registered and logged in
      When Mallory sends a request from his laptop
      Then on his laptop he sees only his laptop

    Scenario: Anonymous clients list no sessions
      When an anonymous client lists their sessions
      Then they are rejected because authentication is required

  Rule: A user has at most 100 sessions, and the oldest ends where one more begins

    Scenario: A script that logs in each time
      Given Ada has logged in 99 times more
      And she is logged in on her laptop
      When Ada logs in on her phone
      Then she is logged out on her laptop
      And she is logged in on her phone
      And on her phone she sees 100 sessions

    Scenario: Sessions of other users do not count
      Given Mallory has registered
      And Ada has logged in 99 times more
      When Mallory logs in
      Then Ada is logged in on her laptop

  Rule: A session can be ended

    Scenario: The phone is lost
      Given Ada has logged in on her phone
      When she signs her phone out from her laptop
      Then she is logged out on her phone
      And she is logged in on her laptop

    Scenario: The current session
      When Ada signs her laptop out from her laptop
      Then she is logged out on her laptop

    Scenario: Not a session of another user
      Given Mallory has registered and logged in
      When Mallory signs Ada's laptop out
      Then Mallory is rejected because there is no such session
      And Ada is logged in on her laptop

    Scenario: A session of another user looks like an unknown one
      Given Mallory has registered and logged in
      When Mallory ends a session that does not exist
      Then he is rejected because there is no such session

    Scenario: Not by anonymous clients
      When an anonymous client signs Ada's laptop out
      Then they are rejected because authentication is required
      And Ada is logged in on her laptop

    Scenario: Any by the administrator
      When the administrator signs Ada's laptop out
      Then Ada is logged out on her laptop
