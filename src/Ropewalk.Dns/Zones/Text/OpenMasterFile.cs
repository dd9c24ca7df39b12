using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is a file that is being parsed: how far, and what a relative name and a missing owner mean in it.</summary>
internal sealed class OpenMasterFile
{
    private readonly byte[] _origin = new byte[DnsLimits.NameBytes];
    private int _originBytes;

    public OpenMasterFile(int number, ReadOnlyMemory<byte> text, ReadOnlySpan<byte> origin)
    {
        Number = number;
        Text = text;
        SetOrigin(origin);
    }

    public int Number { get; }

    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Where the next entry begins.</summary>
    public int Position { get; set; }

    public ReadOnlySpan<byte> Origin => _origin.AsSpan(0, _originBytes);

    /// <summary>The owner of the last record that had one; valid if <see cref="OwnerBytes"/> is above zero.</summary>
    public byte[] Owner { get; } = new byte[DnsLimits.NameBytes];

    public int OwnerBytes { get; set; }

    /// <summary>Says whether the last owner was malformed, so that records without one belong to nothing.</summary>
    public bool IsOwnerBroken { get; set; }

    public void SetOrigin(ReadOnlySpan<byte> origin)
    {
        origin.CopyTo(_origin);
        _originBytes = origin.Length;
    }

    public void SetOwner(ReadOnlySpan<byte> owner)
    {
        owner.CopyTo(Owner);
        OwnerBytes = owner.Length;
    }
}
