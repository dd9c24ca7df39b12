namespace Ropewalk.Dns.Wire;

/// <summary>Names the sizes that the protocol itself fixes, and the bounds of what a peer can make us do.</summary>
public static class DnsLimits
{
    /// <summary>The longest label: 63 bytes. <b>Spec</b>: RFC 1035 §2.3.4.</summary>
    public const int LabelBytes = 63;

    /// <summary>The longest name in wire form, its length bytes and the root's included: 255 bytes. <b>Spec</b>: RFC 1035 §2.3.4.</summary>
    public const int NameBytes = 255;

    /// <summary>The most labels of a name, without the root: 127, each of one byte.</summary>
    public const int Labels = 127;

    /// <summary>The most compression pointers that are followed for one name: 126, as miekg/dns has it; a name of 127 labels needs no more.</summary>
    public const int Pointers = 126;

    /// <summary>The longest name as text, each byte escaped: 1,016 characters.</summary>
    public const int NameTextBytes = 4 * (NameBytes - 1);

    /// <summary>The header: 12 bytes. <b>Spec</b>: RFC 1035 §4.1.1.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The longest message in a datagram to a peer that has not said more: 512 bytes. <b>Spec</b>: RFC 1035 §4.2.1.</summary>
    public const int PlainDatagramBytes = 512;

    /// <summary>The longest message in a datagram that most paths carry whole: 1,232 bytes, the DNS Flag Day 2020's and the default of BIND, NSD, Knot and Unbound.</summary>
    public const int DatagramBytes = 1232;

    /// <summary>The longest message: 65,535 bytes, what the length before it on a stream can say. <b>Spec</b>: RFC 1035 §4.2.2.</summary>
    public const int MessageBytes = 65535;

    /// <summary>The longest rdata: 65,535 bytes.</summary>
    public const int RdataBytes = 65535;
}
