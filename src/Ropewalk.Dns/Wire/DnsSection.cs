namespace Ropewalk.Dns.Wire;

/// <summary>Names the sections of a message, in their order. <b>Spec</b>: RFC 1035 §4.1.</summary>
public enum DnsSection : byte
{
    /// <summary>What is asked; in an update, the zone.</summary>
    Question,

    /// <summary>What answers; in an update, the prerequisites.</summary>
    Answer,

    /// <summary>Who has authority; in an update, the changes.</summary>
    Authority,

    /// <summary>What else may help, with OPT and TSIG.</summary>
    Additional,
}
