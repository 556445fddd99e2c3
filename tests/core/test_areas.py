"""The areas that an administrator looks for: each has its operations in the built-in core."""

from __future__ import annotations

import pytest

from tests.core.conftest import CoreOperation


def crud(thing: str, things: str = "") -> str:
    """Return the five operations that a thing has."""
    return f"list{things or thing + 's'} create{thing} get{thing} update{thing} delete{thing}"


def settings(*things: str) -> str:
    """Return the operations of settings: read and change."""
    return " ".join(f"get{thing} update{thing}" for thing in things)


ZOOM = {
    "meetings": f"{crud('Meeting')} endMeeting",
    "registrants": "listMeetingRegistrants addMeetingRegistrant updateMeetingRegistrantStatus deleteMeetingRegistrant",
    "polls": "listMeetingPolls createMeetingPoll deleteMeetingPoll getPastMeetingPollResults",
    "invitation": "getMeetingInvitation createMeetingInviteLinks",
    "live and past participants": "listMeetingParticipantMetrics getMeetingParticipants",
    "past instances": "listPastMeetingInstances getPastMeeting",
    "summaries": "listMeetingSummaries getMeetingSummary",
    "live status and quality": "listMeetingMetrics getMeetingMetrics listMeetingQuality getMeetingQualityScores",
    "webinars": f"{crud('Webinar')} endWebinar",
    "webinar registrants": "listWebinarRegistrants addWebinarRegistrant updateWebinarRegistrantStatus",
    "webinar polls": "listWebinarPolls createWebinarPoll getPastWebinarPollResults",
    "webinar participants": "listWebinarParticipantMetrics listPastWebinarParticipants listWebinarAbsentees",
    "past webinar instances": "listPastWebinarInstances",
    "panelists": "listWebinarPanelists addWebinarPanelists removeWebinarPanelist",
    "live webinar status": "listWebinarMetrics",
    "users": f"{crud('User')} {settings('UserSettings')} updateUserStatus listUserPermissions",
    "assistants": "listUserAssistants addUserAssistants removeUserAssistant",
    "groups": f"{crud('Group')} listGroupMembers addGroupMembers removeGroupMember",
    "roles": "listRoles createRole getRole listRoleMembers assignRole unassignRole",
    "cloud recordings": "listRecordings getMeetingRecordings deleteMeetingRecordings deleteRecordingFile "
    "recoverMeetingRecordings recoverRecordingFile getMeetingTranscript " + settings("RecordingSettings"),
    "reports": "getDailyReport getMeetingReport getMeetingParticipantReport listHostReport listUserMeetingReport "
    "listOperationLogs listSignInActivities",
    "team chat": f"{crud('Channel')} listChannelMembers addChannelMembers removeChannelMember listMessages sendMessage "
    "updateMessage deleteMessage",
    "phone users": "listPhoneUsers getPhoneUser updatePhoneUser",
    "phone numbers": "listPhoneNumbers assignPhoneNumber unassignPhoneNumber",
    "call logs": "listCallHistory listUserCallHistory getCallHistory",
    "voicemails": "listVoicemails listUserVoicemails getVoicemail deleteVoicemail updateVoicemailStatus",
    "call queues": "listCallQueues createCallQueue getCallQueue updateCallQueue addCallQueueMembers",
    "auto receptionists": "listAutoReceptionists",
    "rooms": "listRooms addRoom getRoom updateRoom deleteRoom listRoomDevices",
    "devices": "listDevices getDevice updateDevice assignDeviceToRoom",
    "account settings": f"{settings('AccountSettings')} getAccountLockedSettings",
}

WEBEX = {
    "people": f"{crud('Person', 'People')} getMyProfile",
    "licenses": "listLicenses getLicense assignLicensesToUser",
    "roles": "listRoles getRole",
    "groups": "listGroups getGroup deleteGroup listGroupMembers",
    "organizations": "listOrganizations getOrganization",
    "locations": f"{crud('Location')} listCallingLocations enableCallingLocation",
    "numbers": "listPhoneNumbers addLocationNumbers removeLocationNumbers updateLocationNumbersState",
    "PSTN": f"listPstnConnectionOptions {settings('PstnConnection')}",
    "hunt groups": crud("HuntGroup"),
    "call queues": f"{crud('CallQueue')} listCallQueueAgents",
    "auto attendants": crud("AutoAttendant"),
    "call park": f"{crud('CallPark')} {crud('CallParkExtension')}",
    "call pickup": crud("CallPickup"),
    "paging": crud("PagingGroup"),
    "announcements": f"{crud('Announcement')} {crud('AnnouncementPlaylist')}",
    "schedules": f"{crud('LocationSchedule')} createScheduleEvent updateScheduleEvent deleteScheduleEvent",
    "operating modes": crud("OperatingMode"),
    "voicemail of a person": settings("PersonVoicemail"),
    "voicemail of a location": settings("LocationVoicemail"),
    "voicemail groups": crud("VoicemailGroup"),
    "call forwarding": settings("PersonCallForwarding"),
    "do not disturb": settings("PersonDoNotDisturb"),
    "call waiting": settings("PersonCallWaiting"),
    "caller id": settings("PersonCallerId"),
    "monitoring": settings("PersonMonitoring"),
    "privacy": settings("PersonPrivacy"),
    "intercept": f"{settings('PersonCallIntercept')} getLocationCallIntercept",
    "call recording": f"{settings('PersonCallRecording')} getOrgCallRecording listCallRecordingVendors",
    "virtual lines": crud("VirtualLine"),
    "workspaces": crud("Workspace"),
    "call settings of workspaces": settings(
        *(
            f"Workspace{what}"
            for what in ("CallForwarding", "CallWaiting", "DoNotDisturb", "CallIntercept", "CallerId")
        ),
        *(f"Workspace{what}" for what in ("Voicemail", "Monitoring", "Privacy", "CallRecording", "OutgoingPermission")),
    ),
    "devices": "listDevices createDevice createDeviceActivationCode getDevice deleteDevice",
    "device settings": f"{settings('DeviceConfigurations', 'PersonDeviceSettings')} applyDeviceChanges",
    "DECT": f"{crud('DectNetwork')} listDectBaseStations listDectHandsets",
    "hot desking": "listHotDeskSessions deleteHotDeskSession " + settings("LocationHotDesking", "PersonHotDesking"),
    "trunks": crud("Trunk"),
    "route groups": crud("RouteGroup"),
    "dial plans": f"{crud('DialPlan')} listDialPatterns updateDialPatterns",
    "emergency services": "getRedSkyAccount " + settings("EmergencyCallNotification", "PersonEmergencyCallback"),
    "call controls": "listCalls getCall dialCall answerCall hangupCall holdCall resumeCall transferCall parkCall",
    "conference controls": "getCallConference startCallConference endCallConference addConferenceParticipant",
    "detailed call history": "getDetailedCallHistory getLiveCallHistory",
    "reports": "listReports createReport getReport deleteReport listReportTemplates",
    "audit events": "listAdminAuditEvents listSecurityAuditEvents",
    "webhooks": crud("Webhook"),
    "rooms": crud("Room"),
    "messages": "listMessages createMessage getMessage editMessage deleteMessage",
    "memberships": crud("Membership"),
    "teams": f"{crud('Team')} {crud('TeamMembership')}",
    "meetings": f"{crud('Meeting')} patchMeeting createMeetingJoinLink",
    "invitees": crud("MeetingInvitee"),
    "participants": "listMeetingParticipants getMeetingParticipant updateMeetingParticipant admitMeetingParticipants",
    "recordings": "listRecordings getRecording deleteRecording",
    "transcripts": "listMeetingTranscripts downloadMeetingTranscript listTranscriptSnippets deleteMeetingTranscript",
    "meeting polls": "listMeetingPolls getMeetingPollResults listPollQuestionRespondents",
    "meeting preferences": "getMeetingPreferences " + settings("MeetingAudioOptions", "MeetingVideoOptions"),
}


@pytest.mark.parametrize(
    ("vendor", "area", "expected"),
    [(vendor, area, names) for vendor, areas in (("zoom", ZOOM), ("webex", WEBEX)) for area, names in areas.items()],
    ids=[f"{vendor}-{area}" for vendor, areas in (("zoom", ZOOM), ("webex", WEBEX)) for area in areas],
)
def test_an_area_has_its_operations(operations: list[CoreOperation], vendor: str, area: str, expected: str) -> None:
    there = {entry.declared["operationId"] for entry in operations if entry.document.vendor.name == vendor}
    assert set(expected.split()) - there == set(), f"missing of {vendor}'s {area}"
