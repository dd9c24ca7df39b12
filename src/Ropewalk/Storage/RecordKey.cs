using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Storage;

/// <summary>Names one record inside an <see cref="IRecordStore"/>. A value exists only if it is well-formed.</summary>
/// <remarks>
/// <b>Shape</b>: a collection of 1 to 64 lower-case ASCII letters, digits and hyphens; a key of 1 to 512 bytes of well-formed UTF-8 without
/// control characters. Keys are compared and sorted by their bytes: case matters.
/// </remarks>
public sealed class RecordKey : IEquatable<RecordKey>, IComparable<RecordKey>
{
    private const int MaxCollectionBytes = 64;

    // as DynamoDB and etcd in their order of size (1 KiB and 1.5 KiB), and short enough for a page of an index
    private const int MaxKeyBytes = 512;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private RecordKey(string collection, string key)
    {
        Collection = collection;
        Key = key;
    }

    /// <summary>Gets the collection.</summary>
    public string Collection { get; }

    /// <summary>Gets the key inside the collection.</summary>
    public string Key { get; }

    /// <summary>Compares two keys by their bytes.</summary>
    public static bool operator ==(RecordKey? left, RecordKey? right) => Equals(left, right);

    /// <summary>Compares two keys by their bytes.</summary>
    public static bool operator !=(RecordKey? left, RecordKey? right) => !Equals(left, right);

    /// <summary>Makes a key of a collection's name and a name inside it.</summary>
    /// <exception cref="FormatException">One of them is not well-formed; the message says which rule is broken.</exception>
    public static RecordKey Of(string collection, string key)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(key);
        return (FindCollectionFault(collection) ?? FindKeyFault(key)) is { } fault
            ? throw new FormatException($"Not the key of a record: {fault}.")
            : new RecordKey(collection, key);
    }

    /// <summary>Tries to make a key of a collection's name and a name inside it.</summary>
    public static bool TryOf(string? collection, string? key, [NotNullWhen(true)] out RecordKey? result)
    {
        bool isGood = collection is not null && key is not null && FindCollectionFault(collection) is null && FindKeyFault(key) is null;
        result = isGood ? new RecordKey(collection!, key!) : null;
        return isGood;
    }

    /// <inheritdoc/>
    public bool Equals(RecordKey? other) => other is not null && Collection == other.Collection && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Collection, Key);

    /// <inheritdoc/>
    public int CompareTo(RecordKey? other) => other is null ? 1
        : string.CompareOrdinal(Collection, other.Collection) is not 0 and int order ? order : CompareKeys(Key, other.Key);

    /// <summary>Gives the collection and the key with a slash between.</summary>
    public override string ToString() => $"{Collection}/{Key}";

    /// <summary>Says what is wrong with a collection's name, or null.</summary>
    internal static string? FindCollectionFault(string collection) =>
        collection.Length is < 1 or > MaxCollectionBytes ? $"a collection's name has 1 to {MaxCollectionBytes} characters"
        : collection.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-") ? "a collection's name has lower-case letters, digits and hyphens"
        : null;

    /// <summary>Compares by the bytes of UTF-8, which is by code points: UTF-16 alone would put a surrogate before U+E000.</summary>
    internal static int CompareKeys(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        int at = left.AsSpan(0, length).CommonPrefixLength(right);
        return at == length ? left.Length - right.Length : Rank(left[at]) - Rank(right[at]);
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    private static string? FindKeyFault(string key)
    {
        if (key.AsSpan().ContainsAnyInRange('\0', '\x1f') || key.Contains('\x7f', StringComparison.Ordinal))
        {
            return "a key has no control characters";
        }

        try
        {
            return StrictUtf8.GetByteCount(key) is < 1 or > MaxKeyBytes ? $"a key has 1 to {MaxKeyBytes} bytes of UTF-8" : null;
        }
        catch (EncoderFallbackException)
        {
            return "a key is well-formed Unicode";
        }
    }
}
