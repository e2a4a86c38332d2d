// SPDX-License-Identifier: Apache-2.0
// What a CallTable is made of. The work is told in these files: call_table.cpp (which message goes where),
// invites.cpp (asking for a dialog), requests.cpp (what happens in a dialog and outside of one), sessions.cpp
// (what keeps a dialog alive), transfers.cpp, registers.cpp (REGISTER and OPTIONS), legs.cpp (how a leg
// begins, goes on and ends), timeouts.cpp (what did not happen in time), media.cpp and its
// neighbours (what is heard); leg_hooks.cpp lists what else is
// asked on the way.
#pragma once

#include <deque>
#include <unordered_map>

#include "calls/call_table.h"
#include "calls/dialogs.h"
#include "calls/fact_log.h"
#include "calls/leg.h"
#include "calls/leg_media.h"
#include "calls/one_sided.h"
#include "calls/sighting.h"
#include "calls/timer_wheel.h"
#include "calls/transactions.h"
#include "calls/transfer.h"
#include "media/dtls_watch.h"
#include "media/handshake_board.h"
#include "media/kernel_media.h"
#include "media/stream_figures.h"
#include "media/stream_reports.h"
#include "media/way_quality.h"

namespace sipsonde {

inline sipsonde_direction direction_asked_by(sipsonde_flow flow) {
  return flow == SIPSONDE_FLOW_ingress ? SIPSONDE_DIRECTION_inbound : SIPSONDE_DIRECTION_outbound;
}
inline sipsonde_direction direction_answered_by(sipsonde_flow flow) {
  return flow == SIPSONDE_FLOW_ingress ? SIPSONDE_DIRECTION_outbound : SIPSONDE_DIRECTION_inbound;
}

struct CallTable::State {
  State(const CallSurroundings& surroundings, unsigned share, std::uint64_t seed, LegScript* script);

  // call_table.cpp
  void observe(const Sighting& sighting);
  void advance(std::uint64_t time_ns);
  void close(std::uint64_t time_ns);
  void observe_request(const Sighting& sighting);
  void observe_ack(const Sighting& sighting);
  void observe_response(const Sighting& sighting);
  void request_repeated(Transaction& transaction, const Sighting& sighting);
  void response_repeated(Transaction& transaction, const Sighting& sighting);
  void tell_repeat(const Transaction& transaction, const Sighting& sighting);
  Transaction& add_transaction(const TransactionKey& key, sipsonde_direction direction);
  void file(Transaction& transaction);
  void evict(Transaction& transaction);
  void remove_transaction(Transaction& transaction);
  void refusal_acknowledged(Transaction& invite, Leg& leg, const Sighting& sighting);
  void answer_acknowledged(Leg& leg, const Sighting& sighting);
  void bind(Transaction& transaction, const Leg& leg, const Sighting& sighting);

  // timeouts.cpp
  void transaction_ran_out(Transaction& transaction, std::uint64_t due_ns);
  void timed_out(Transaction& transaction, Leg* leg, std::uint64_t due_ns);
  std::string_view doubt_of(const Transaction& transaction, const Leg* leg);
  bool never_acknowledged(const Transaction& transaction) const;
  CallEvent timeout_event(const Transaction& transaction, const Leg& leg, std::uint64_t due_ns,
                          std::string_view timer);
  void add_timer(CallEvent& event, const Transaction& transaction, std::string_view timer);

  // invites.cpp
  void initial_invite(Transaction& transaction, const Sighting& sighting);
  void reinvite(Transaction& transaction, const Sighting& sighting);
  void cancel(Transaction& transaction, const Sighting& sighting);
  bool unasked_invite_response(Transaction& transaction, const Sighting& sighting);
  void invite_response(Transaction& transaction, const Sighting& sighting);
  void invite_timed_out(Transaction& transaction, Leg& leg, std::uint64_t due_ns);
  void out_of_sight(Transaction& transaction, Leg& leg, std::uint64_t due_ns);
  void wait_for_final(Transaction& transaction, Leg& leg);
  void stop_waiting(Transaction& transaction, Leg& leg);

  // requests.cpp
  void bye(Transaction& transaction, const Sighting& sighting);
  void bye_response(Transaction& transaction, const Sighting& sighting);
  void bye_never_answered(const Transaction& transaction, Leg& leg);
  void other_request(Transaction& transaction, const Sighting& sighting);
  void outside_response(Transaction& transaction, const Sighting& sighting);
  bool unasked_response(Transaction& transaction, const Sighting& sighting);
  void draft(Transaction& transaction, const Sighting& sighting);

  // sessions.cpp
  Fork* dialog_of(Leg& leg, const Transaction& transaction, const SipMessage& sip);
  void asked_in_session(Transaction& transaction, Leg& leg, const Sighting& sighting);
  void answered_in_session(Transaction& transaction, Leg& leg, const Sighting& sighting);
  void answered_in_ack(const Transaction& transaction, Leg& leg, const Sighting& sighting);
  void unanswered_in_session(const Transaction& transaction, Leg& leg, std::uint64_t due_ns);
  void session_agreed(Transaction& transaction, Leg& leg, Fork* dialog, const Sighting& sighting);
  void media_agreed(const Transaction& transaction, Leg& leg, const Sighting& sighting, bool first);
  void tell_hold(Leg& leg, const Sighting& sighting, HoldChange change, bool by_caller);
  void dialog_lost(const Transaction& transaction, Fork* dialog, sipsonde_method method,
                   std::uint64_t time_ns, int code);
  std::uint64_t session_due_ns(const Leg& leg) const;
  bool session_ran_out(Leg& leg);
  void tell_gone(Leg& leg, const Fork& dialog, std::uint64_t time_ns);
  void count_given_up(Leg& leg);
  std::uint64_t absorbs_until(const Leg& leg) const;
  void ended_leg_ran_out(Leg& leg);

  // transfers.cpp
  void transfer_asked(Leg& leg, const Sighting& sighting, bool by_caller);
  void transfer_told(Leg& leg, const Sighting& sighting, bool by_caller);
  void forget_transfer(Leg& leg);
  // registers.cpp
  struct Draft;
  void outside_asked(Draft& draft, const Sighting& sighting);
  void register_answered(Draft& draft, const Transaction& transaction, const Sighting& sighting);
  void options_ended(const Draft& draft, const Transaction& transaction, bool answered);
  void tell_expired(const Binding& binding);
  void expire_bindings(std::uint64_t time_ns);

  // leg_hooks.cpp: where what is known of a leg besides its own state is asked for
  void leg_invited(Leg& leg, const Sighting& sighting);
  void keep_trace(Leg& leg, const Sighting& sighting);
  void leg_responded(Leg& leg, const Sighting& sighting);
  void leg_answered(Leg& leg, const Sighting& sighting);
  void leg_closing(Leg& leg, CallRecord& record);

  // media.cpp
  void media_said(Leg& leg, const Sighting& sighting);
  void describe(LegMedia& media, MediaParty party, const SessionDescription& description);
  template <typename Visit>
  void visit_owners(const MediaSighting& sighting, Visit&& visit);
  void observe_stream(const MediaSighting& sighting, const sipsonde_stream_note& note);
  bool stream_news(Leg& leg, LegMedia& media, MediaParty listener, const MediaSighting& sighting,
                   const sipsonde_stream_note& note, bool counts);
  bool begin_stream(Leg& leg, LegMedia& media, MediaParty listener, const MediaSighting& sighting,
                    const sipsonde_stream_note& note, bool counts);
  MediaStream* find_stream(const LegMedia& media, std::uint32_t slot, std::uint64_t key);
  void take_from(MediaStream& stream, const Leg& leg, const sipsonde_stream_note& note);
  void stray_news(const MediaSighting& sighting, const sipsonde_stream_note& note);
  void forget_stray(std::uint32_t slot);
  void forget_media(Leg& leg);
  // media_events.cpp
  CallEvent media_event(const Leg& leg, EventName name, const MediaStream& stream, std::uint64_t time_ns);
  void tell_started(Leg& leg, const MediaStream& stream);
  void tell_source(Leg& leg, const MediaStream& stream, std::uint32_t before, std::uint64_t time_ns);
  void tell_codec(Leg& leg, const MediaStream& stream, std::uint8_t before, std::uint64_t time_ns);
  void tell_digit(Leg& leg, LegMedia& media, MediaStream& stream, const sipsonde_stream_note& note);
  void tell_media(Leg& leg, EventName name, const MediaStream& stream);
  void tell_ended(Leg& leg, const MediaStream& stream, const MediaRecord& record, std::uint64_t time_ns);
  // media_watch.cpp
  bool look_at(MediaStream& stream, sipsonde_stream& now);
  WayConditions conditions_of(const LegMedia* media, const MediaStream& stream) const;
  void report(MediaStream& stream, const sipsonde_stream& now, const LegMedia* media,
              std::string_view tenant);
  std::string_view tenant_of(TrunkIndex trunk) const;
  void look_at_media(LegMedia& media);
  std::uint64_t last_packet_ns(const sipsonde_stream& stream) const;
  void tell_silence(Leg& leg, LegMedia& media, const bool (&heard)[2]);
  bool is_expected(const LegMedia& media, MediaWay way) const;
  MediaStream* newest_stream(const LegMedia& media, MediaWay way);
  void tell_one_way(Leg& leg, LegMedia& media, MediaWay silent);
  void tell_late(Leg& leg, LegMedia& media);
  std::uint64_t last_media_ns(const Leg& leg) const;
  void refresh_media(Leg& leg);
  void tell_media_timeout(Leg& leg);
  void look_at_stray(MediaStream& stream);
  void close_stream(const MediaStream& stream);
  // media_row.cpp
  static std::optional<double> round_trip_of(const LegMedia& media);
  MediaRecord record_of(const LegMedia& media, const MediaStream& stream, const StreamFigures& figures) const;
  void media_closing(Leg& leg, CallRecord& record);
  // media_reports.cpp
  class ReportReader;
  void observe_rtcp(const MediaSighting& sighting, const sipsonde_rtcp_note& note, std::string_view packet,
                    bool truncated);
  void tell_report(Leg& leg, MediaSide& side, const MediaSighting& sighting, std::uint32_t round_trip_us);
  const MediaStream* stream_of(const LegMedia& media, std::uint32_t ssrc);
  // rtcp_facts.cpp
  void state_rtcp_report(const MediaSighting& sighting, std::string_view readable, bool truncated,
                         std::string_view call_id);
  std::uint32_t hertz_of(const LegMedia& media, std::uint32_t ssrc);
  // media_handshakes.cpp
  void observe_dtls(const MediaSighting& sighting, std::string_view datagram);
  void fingerprints_at(const Endpoint& endpoint, Fingerprints& given);
  void handshake_ended(const DtlsReport& report);
  void look_at_board();
  bool take_handshake(const DtlsReport& report);
  void tell_handshake(Leg& leg, const DtlsReport& report);

  // stir.cpp: the caller's identity
  void assess_invite(Leg& leg, const Sighting& sighting, CallEvent& event);
  void assess_response(Leg& leg, const Sighting& sighting, CallEvent& event);
  void count_stir(Leg& leg);
  TrunkIndex trunk_of(const Sighting& sighting, const Address& far_peer) const;
  // scanning.cpp
  AskedTarget watch(const Sighting& sighting);
  void watch_invite(Leg& leg, const Sighting& sighting);
  void watch_reached(Leg& leg, int code);
  void watch_closing(const Leg& leg);
  void watch_response(const Transaction& transaction, const Sighting& sighting);
  void watch_ran_out(const Transaction& transaction);
  void watch_turned_away(const AskedTarget& asked);
  void tell_scanners(const ScannersFound& found);
  // leg_scripting.cpp: only with a script
  void ask_script_at_start(Leg& leg, const Sighting& sighting);
  void ask_script_at_answer(Leg& leg, const Sighting& sighting);
  void ask_script_at_end(Leg& leg, CallRecord& record);
  void keep_last_message(Leg& leg, const Sighting& sighting);

  // legs.cpp
  Leg& begin(const Sighting& sighting, sipsonde_direction direction);
  Leg& begin_unseen(const Sighting& sighting, bool caller_known);
  Leg* join_or_begin(const Sighting& sighting);
  void adopt_invite(Leg& leg, const Sighting& sighting, sipsonde_direction direction);
  void reconsider(Leg& leg);
  std::uint64_t deadline_of(const Leg& leg) const;
  void life_ran_out(Leg& leg);
  void keep_parties(Leg& leg, const Sighting& sighting);
  CallRecord row_of(const Leg& leg) const;
  CallRecord row_so_far(const Leg& leg) const;  // open_legs.cpp
  void write_row(Leg& leg, Ending ending, std::uint64_t ran_out_ns);
  void write_unfinished(Leg& leg);
  void dispose(Leg& leg);
  void evict(Leg& leg);
  void seen(Leg& leg, const Sighting& sighting);
  void tell(Leg& leg, const CallEvent& event);
  void flush(Leg& leg);
  void count_active(const Leg& leg, std::int64_t change);

  // What a transaction outside of a dialog will state at its end; the event's texts are in `text`.
  struct Draft : Pooled {
    void renew() {
      Arena room = std::move(text);
      room.clear();
      *this = Draft{};
      text = std::move(room);
    }
    CallEvent event;
    std::optional<RegisterRequest> register_request;  // of a REGISTER that was seen
    Arena text{512, 1};
  };
  // A REFER of a leg; its texts are in `text`.
  struct Transfer : Pooled {
    void renew() {
      Arena room = std::move(text);
      room.clear();
      *this = Transfer{};
      text = std::move(room);
    }
    bool by_caller = false;
    std::string_view refer_to;
    std::string_view target;
    std::string_view replaces;  // the Call-ID of the call that the new one takes the place of
    Arena text;
  };
  enum TimerKind : std::uint8_t { transaction_timer, life_timer, flush_timer, media_timer, stray_timer };
  // Between two looks at the streams of a leg, and from its end to the last look.
  static constexpr std::uint64_t kMediaInterval_ns = 10 * kSecond;
  static constexpr std::uint64_t kMediaLate_ns = kSecond;

  const Settings& settings_;
  Measures& measures_;
  DispositionTable dispositions_;
  const Timebase& timebase_;
  const TrustStore* trusted_;
  RegistrationWatch* registrations_;
  const TrunkFinder* trunks_;
  LinkTable* links_;
  Scanners* const scanners_;            // nullptr: nobody is looked for
  KernelMedia* const kernel_media_;     // nullptr: media is not watched
  StreamReports* const media_reports_;  // nullptr: nobody asks for them
  const bool states_rtcp_reports_;
  LegScript* const script_;
  std::uint64_t seed_;
  std::uint64_t silence_ns_;
  std::uint64_t now_ns_ = 0;
  std::uint32_t losses_ = 0;  // how often samples were lost, and when last
  std::uint64_t last_loss_ns_ = kNever;
  CallGauges gauges_;
  TimerWheel wheel_;
  TransactionTable transactions_;
  OneSidedHops one_sided_;
  Dialogs dialogs_;
  Pool<Draft> drafts_;
  Pool<Transfer> transfers_;
  bool sight_has_ended_ = false;  // what no stream will decide any more is lost now
  Pool<LegMedia> leg_media_;
  Pool<MediaStream> streams_;
  Pool<GivenFingerprints> fingerprints_;
  std::size_t streams_limit_;
  EndpointBook endpoints_;
  std::unordered_map<std::uint32_t, Handle> strays_;  // streams without a call, by slot
  DtlsWatch handshakes_;
  struct PostedHandshake {
    std::uint64_t number;
    DtlsResult result;
    std::uint64_t due_ns;
  };
  HandshakeBoard* const handshake_board_;  // nullptr: there is no other worker
  std::uint64_t board_seen_ = 0;
  std::deque<PostedHandshake> posted_handshakes_;
  std::size_t drafts_limit_;
  FactLog log_;
  Arena scratch_{4096, 1};  // texts of the event that is being made
};

// Visits the legs that a packet between these two belongs to, and who of each hears it: where it goes to
// decides; behind a NAT only where it comes from is in the SDP.
template <typename Visit>
void CallTable::State::visit_owners(const MediaSighting& sighting, Visit&& visit) {
  bool found = false;
  endpoints_.visit_at(sighting.destination, [&](BookedEndpoint& entry) {
    LegMedia* const media = leg_media_.find(entry.media);
    if (!media) return;
    found = true;
    visit(*media, entry.party);
  });
  if (found) return;
  endpoints_.visit_at(sighting.source, [&](BookedEndpoint& entry) {
    if (LegMedia* const media = leg_media_.find(entry.media)) visit(*media, other(entry.party));
  });
}

}  // namespace sipsonde
