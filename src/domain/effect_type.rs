//! What effects mean, in the words of the feed.

use super::kind::words;

words! {
    /// What an effect is on.
    ChangeSubject {
        Org = "org", "an org" "组织";
        Role = "role", "a role" "任职";
        Supervision = "supervision", "a supervision" "督导关系";
        Person = "person", "a person" "人员";
        Post = "post", "a post" "职务";
        Key = "key", "a key" "密钥";
    }
}

words! {
    /// What an effect means.
    EffectType {
        OrgEstablished = "org.established", "an org begins" "组织设立";
        OrgRenamed = "org.renamed", "an org has another name, short name or English name from a day on" "组织更名";
        OrgMoved = "org.moved", "an org stands under another one from a day on" "组织改隶";
        OrgChanged = "org.changed", "something else is said of an org, or by another document" "组织变更";
        OrgDissolved = "org.dissolved", "an org ends, or ends on another day" "组织撤销";
        OrgRestored = "org.restored", "an org does not end after all" "组织恢复";
        OrgDeleted = "org.deleted", "an org is gone: it was entered by mistake" "组织删除";
        OrderChanged = "order.changed", "holders in an org, or orgs under one, stand in another order" "排序变更";
        RoleCreated = "role.created", "somebody is to hold a post" "任职";
        RoleChanged = "role.changed", "something else is said of a role" "任职变更";
        RoleEnded = "role.ended", "a role ends, ends on another day, or does not end after all" "任职终止";
        RoleDeleted = "role.deleted", "a role is gone: it was entered by mistake, or never began" "任职删除";
        SupervisionCreated = "supervision.created", "a supervision group is to cover an org" "督导";
        SupervisionChanged = "supervision.changed", "something else is said of a supervision" "督导变更";
        SupervisionEnded = "supervision.ended", "a supervision ends, ends on another day, or does not end after all" "督导终止";
        SupervisionDeleted = "supervision.deleted", "a supervision is gone" "督导删除";
        PersonCreated = "person.created", "a person is entered" "人员录入";
        PersonChanged = "person.changed", "something else is said of a person" "人员变更";
        PersonDeleted = "person.deleted", "the entry of a person is gone" "人员删除";
        PersonMerged = "person.merged", "the entry of a person has become part of another one, to which its id now leads" "人员合并";
        PostCreated = "post.created", "a post is new in the catalogue" "职务增设";
        PostChanged = "post.changed", "something else is said of a post of the catalogue" "职务变更";
        PostDeleted = "post.deleted", "a post is gone from the catalogue" "职务删除";
        KeyCreated = "key.created", "there is a new API key" "密钥创建";
        KeyChanged = "key.changed", "an API key has other grants, another life or another person" "密钥变更";
        KeyDeleted = "key.deleted", "an API key is gone" "密钥删除";
        SightEntered = "sight.entered", "the caller sees a person now: the whole entry" "进入可见范围";
        SightLeft = "sight.left", "the caller no longer sees a person" "离开可见范围";
    }
}
