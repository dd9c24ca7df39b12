using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Dns.Wire;

/// <summary>Is a field of bytes: a digest, a key, a text. Two are equal if their bytes are.</summary>
public readonly struct Octets : IEquatable<Octets>
{
    private readonly byte[]? _bytes;

    /// <summary>Makes a field of a copy of bytes.</summary>
    public Octets(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>Gets the bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Gets how many bytes there are.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>Makes a field of a copy of bytes.</summary>
    public static implicit operator Octets(byte[] bytes) => new(bytes);

    /// <summary>Makes a field of a copy of bytes.</summary>
    public static implicit operator Octets(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Says whether two fields have the same bytes.</summary>
    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    /// <summary>Says whether two fields differ.</summary>
    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);

    /// <summary>Makes a field of the UTF-8 of a text.</summary>
    public static Octets Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the bytes as UTF-8.</summary>
    public string ToText() => Encoding.UTF8.GetString(Span);

    /// <inheritdoc/>
    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Octets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Prints the bytes in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);
}
