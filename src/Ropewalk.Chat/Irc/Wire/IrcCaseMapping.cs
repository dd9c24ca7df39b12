using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Says which names are the same: a network announces one of them as <c>CASEMAPPING</c>. Names are compared as bytes and never decoded.</summary>
/// <remarks>A mapping compares <c>byte[]</c> keys, and finds them by spans of bytes (<c>GetAlternateLookup</c>) without an allocation.</remarks>
public sealed class IrcCaseMapping : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>, IEqualityComparer<string>
{
    private readonly byte _lastFolded;
    private readonly byte[] _fold = new byte[256];

    private IrcCaseMapping(string name, char lastFolded)
    {
        Name = name;
        _lastFolded = (byte)lastFolded;
        for (int i = 0; i < _fold.Length; i++)
        {
            _fold[i] = (byte)(i >= 'A' && i <= _lastFolded ? i + 32 : i);
        }
    }

    /// <summary>A to Z are a to z.</summary>
    public static IrcCaseMapping Ascii { get; } = new("ascii", 'Z');

    /// <summary>A to Z are a to z, and <c>[ \ ] ^</c> are <c>{ | } ~</c>: what RFC 1459 §2.2 says of Scandinavian letters, as nearly all servers took it.</summary>
    public static IrcCaseMapping Rfc1459 { get; } = new("rfc1459", '^');

    /// <summary>As <see cref="Rfc1459"/> without <c>^</c> and <c>~</c>: what RFC 1459 §2.2 says by the letter.</summary>
    public static IrcCaseMapping Rfc1459Strict { get; } = new("rfc1459-strict", ']');

    /// <summary>Gets the name that a server announces it by.</summary>
    public string Name { get; }

    /// <summary>Finds a mapping by its announced name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out IrcCaseMapping? mapping)
    {
        mapping = name?.ToLowerInvariant() switch
        {
            "ascii" => Ascii,
            "rfc1459" => Rfc1459,
            "rfc1459-strict" or "strict-rfc1459" => Rfc1459Strict,
            _ => null,
        };
        return mapping is not null;
    }

    /// <summary>Folds a name: two names are the same if their folded bytes are.</summary>
    public byte[] Fold(ReadOnlySpan<byte> name)
    {
        byte[] folded = new byte[name.Length];
        for (int i = 0; i < folded.Length; i++)
        {
            folded[i] = _fold[name[i]];
        }

        return folded;
    }

    /// <summary>Folds one byte of a name.</summary>
    public byte Fold(byte letter) => _fold[letter];

    /// <summary>Says whether two names are the same.</summary>
    public bool Equals(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other)
    {
        if (name.Length != other.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (_fold[name[i]] != _fold[other[i]])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x is null ? y is null : y is not null && Equals(x.AsSpan(), y);

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => other is not null && Equals(alternate, other.AsSpan());

    /// <inheritdoc/>
    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null || x.Length != y.Length)
        {
            return x is null && y is null;
        }

        for (int i = 0; i < x.Length; i++)
        {
            if (Fold(x[i]) != Fold(y[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        // The names of a network are chosen by strangers: HashCode's seed differs from process to process.
        var hash = new HashCode();
        Span<byte> folded = stackalloc byte[128];
        while (!alternate.IsEmpty)
        {
            int length = Math.Min(alternate.Length, folded.Length);
            for (int i = 0; i < length; i++)
            {
                folded[i] = _fold[alternate[i]];
            }

            hash.AddBytes(folded[..length]);
            alternate = alternate[length..];
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int GetHashCode(string obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return GetHashCode(Encoding.UTF8.GetBytes(obj));
    }

    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    private char Fold(char letter) => letter < 256 ? (char)_fold[letter] : letter;
}
