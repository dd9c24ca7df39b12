namespace Ropewalk.Dns.Wire;

/// <summary>Says how a message's names are shortened by pointers to earlier ones.</summary>
public enum NameCompression : byte
{
    /// <summary>By names that are the same in whatever case, as most servers do. <b>Spec</b>: RFC 1035 §4.1.4; RFC 4343 §4.</summary>
    AnyCase,

    /// <summary>Only by names that are written the same, so that no case is lost: for zone transfers. <b>Spec</b>: RFC 5936 §3.4.</summary>
    SameCase,

    /// <summary>Not at all: for what is signed or compared.</summary>
    None,
}
