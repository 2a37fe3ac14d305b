//! Peers that fall silent, miss something, come back: what is still known then.

use super::{ARTICLE, check, serving, settings};

#[test]
fn a_dead_pbx_takes_its_own_lamps_with_it_and_no_others() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         1 kazan live
         > kazan is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         2 kazan PJSIP/1001 UNAVAILABLE
         2 perm PJSIP/2001 UNAVAILABLE
         > 2001 offline (Unavailable) since 2, live, perm
         2 kazan PJSIP/2001 NOT_INUSE
         > 2001 free (Idle) since 2, live, kazan
         100 kazan silent 30
         > kazan is LastKnown since 100, heard at 70
         > 2001 free (Idle) since 2, last known at 70, kazan
         110 perm PJSIP/1001 INUSE
         > 1001 on_call (InUse) since 110, live, perm
         120 kazan live
         > kazan is Live since 120, heard at 120
         120 kazan gap
         130 kazan PJSIP/2001 NOT_INUSE
         > 2001 free (Idle) since 2, live, kazan",
    );
}

#[test]
fn an_offline_phone_of_a_dead_pbx_is_not_known_to_be_offline() {
    let noise = "1 perm live
         > perm is Live since 1, heard at 1
         1 kazan live
         > kazan is Live since 1, heard at 1
         2 perm PJSIP/2001 UNAVAILABLE";
    let told = |site: &str, then: &str| {
        format!(
            "{noise}
             > 2001 offline (Unavailable) since 2, live, {site}
             3 kazan PJSIP/2001 UNAVAILABLE
             100 kazan silent 30
             > kazan is LastKnown since 100, heard at 70
             {then}"
        )
    };
    // Any of the two may be the one at which it comes back.
    check(settings(&[ARTICLE]), &told("perm", "> 2001 offline (Unavailable) since 2, last known at 70, perm"));
    let kazan = serving(settings(&[ARTICLE]), 1, "_2XXX");
    check(kazan, &told("kazan", "> 2001 offline (Unavailable) since 2, last known at 70, kazan"));
    check(serving(settings(&[ARTICLE]), 0, "_2XXX"), &told("perm", ""));
}

#[test]
fn a_home_that_was_never_heard_leaves_its_lamps_in_doubt() {
    check(
        serving(settings(&[ARTICLE]), 1, "_2XXX"),
        "1 perm live
         > perm is Live since 1, heard at 1
         2 perm PJSIP/2001 UNAVAILABLE
         > 2001 offline (Unavailable) since 2, last known, kazan
         3 kazan live
         > kazan is Live since 3, heard at 3
         > 2001 offline (Unavailable) since 2, live, kazan
         4 kazan PJSIP/2001 NOT_INUSE
         > 2001 free (Idle) since 4, live, kazan",
    );
}

#[test]
fn a_state_that_only_a_dead_pbx_holds_is_last_known() {
    check(
        serving(settings(&[ARTICLE]), 0, "_1XXX"),
        "1 perm live
         > perm is Live since 1, heard at 1
         1 kazan live
         > kazan is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 kazan Custom:DND1001 BUSY
         > 1001 dnd dnd (Busy) since 3, live, perm
         50 kazan silent 10
         > kazan is LastKnown since 50, heard at 40
         > 1001 dnd dnd (Busy) since 3, last known at 40, its phone free live, perm
         60 perm Custom:DND1001 BUSY
         > 1001 dnd dnd (Busy) since 3, live, perm
         70 perm Custom:DND1001 NOT_INUSE
         > 1001 dnd dnd (Busy) since 3, last known at 40, its phone free live, perm
         80 kazan live
         > kazan is Live since 80, heard at 80
         81 kazan Custom:DND1001 UNAVAILABLE
         > 1001 free (Idle) since 81, live, perm",
    );
}

#[test]
fn after_a_gap_everything_of_the_home_must_be_told_again() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 perm Custom:DND1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         9 perm gap
         > 1001 free (Idle) since 2, last known at 9, perm
         10 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, its dnd last known at 9, perm
         11 perm Custom:DND1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         12 perm gap
         > 1001 free (Idle) since 2, last known at 12, perm
         13 perm gap
         40 perm silent 5
         > perm is LastKnown since 40, heard at 35
         50 perm live
         > perm is Live since 50, heard at 50
         51 perm PJSIP/1001 INUSE
         > 1001 on_call (InUse) since 51, live, its dnd last known at 12, perm
         52 perm Custom:DND1001 NOT_INUSE
         > 1001 on_call (InUse) since 51, live, perm",
    );
}

#[test]
fn a_pbx_with_a_new_entity_id_is_still_the_same_pbx() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         2 perm/1 PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 perm gap
         > 1001 free (Idle) since 2, last known at 3, perm
         4 perm/3 PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         5 perm/3 PJSIP/1001 INUSE
         > 1001 on_call (InUse) since 5, live, perm
         6 perm/3 PJSIP/1001 UNAVAILABLE
         > 1001 free (Idle) since 6, last known at 3, perm",
    );
}

#[test]
fn a_phone_that_registers_elsewhere_takes_its_lamp_along() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         1 kazan live
         > kazan is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 kazan PJSIP/1001 UNAVAILABLE
         4 perm PJSIP/1001 UNAVAILABLE
         > 1001 offline (Unavailable) since 4, live, perm
         5 kazan PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 5, live, kazan
         6 perm PJSIP/1001 NOT_INUSE
         7 kazan PJSIP/1001 UNAVAILABLE
         > 1001 free (Idle) since 5, live, perm
         20 perm silent 10
         > perm is LastKnown since 20, heard at 10
         > 1001 free (Idle) since 5, last known at 10, perm
         21 kazan PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 5, live, kazan
         22 kazan PJSIP/1001 INUSE
         > 1001 on_call (InUse) since 22, live, kazan",
    );
}

#[test]
fn the_mailbox_counts_of_a_silent_pbx_are_old() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         1 kazan live
         > kazan is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 kazan mailbox 1001@default 2 0
         > 1001 free (Idle) since 2, live, perm, 2 new 0 old
         100 kazan silent 30
         > kazan is LastKnown since 100, heard at 70
         > 1001 free (Idle) since 2, live, perm, 2 new 0 old at 70
         120 kazan live
         > kazan is Live since 120, heard at 120
         121 kazan mailbox 1001@default 2 0
         > 1001 free (Idle) since 2, live, perm, 2 new 0 old
         130 kazan mailbox-gap
         > 1001 free (Idle) since 2, live, perm, 2 new 0 old at 130
         131 perm mailbox 1001@default 0 0
         > 1001 free (Idle) since 2, live, perm, 0 new 0 old
         140 kazan mailbox-gap",
    );
}
