using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Is one rule that a zone breaks, and where.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Position">Where the record was read that breaks it; default if that is not known.</param>
/// <param name="Owner">Its owner; null where the text itself is malformed.</param>
/// <param name="Type">Its type, or <see cref="DnsType.None"/>.</param>
/// <param name="Detail">What it is about, for people: a name, a number; empty if the rule says all.</param>
public readonly record struct ZoneFinding(ZoneRule Rule, SourcePosition Position, DomainName? Owner, DnsType Type, string Detail)
{
    /// <summary>Gets how bad it is.</summary>
    public ZoneSeverity Severity => Rule.Severity();

    /// <summary>Gets what is wrong as one text, without the place and without a full stop.</summary>
    public string Text
    {
        get
        {
            // The text's own rules come with their whole text.
            if (Rule is ZoneRule.Text or ZoneRule.TextWarning)
            {
                return Detail;
            }

            string what = Owner is null ? "" : Type == DnsType.None ? $"{Owner}: " : $"{Owner} {Type.Mnemonic()}: ";
            return Detail.Length == 0 ? what + Rule.Describe() : $"{what}{Rule.Describe()} ({Detail})";
        }
    }
}
