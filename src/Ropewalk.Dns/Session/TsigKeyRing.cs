using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Holds the keys that a server shares with others, by their names. It never shows a secret.</summary>
public sealed class TsigKeyRing
{
    private readonly Dictionary<DomainName, TsigKey> _keys;
    private readonly Dictionary<DomainName, TsigKey>.AlternateLookup<ReadOnlySpan<byte>> _byWire;

    /// <summary>Makes a ring.</summary>
    /// <param name="keys">The keys.</param>
    /// <exception cref="ArgumentException">Two have the same name, or one is of HMAC-MD5, with which nothing is signed: its questions could not be answered.</exception>
    public TsigKeyRing(params IEnumerable<TsigKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = new(WireNameComparer.Instance);
        foreach (TsigKey key in keys)
        {
            if (key.Algorithm == TsigAlgorithm.HmacMd5)
            {
                throw new ArgumentException($"The key {key.Name} is of HMAC-MD5, with which nothing is signed (RFC 8945 §6).", nameof(keys));
            }

            if (!_keys.TryAdd(key.Name, key))
            {
                throw new ArgumentException($"There are two keys with the name {key.Name}.", nameof(keys));
            }
        }

        _byWire = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Gets the ring without keys.</summary>
    public static TsigKeyRing Empty { get; } = new();

    /// <summary>Gets how many keys there are.</summary>
    public int Count => _keys.Count;

    /// <summary>Finds the key of a name.</summary>
    public TsigKey? Find(DomainName name) => _keys.GetValueOrDefault(name);

    /// <summary>Finds the key of a name in wire form; its letters may be in any case.</summary>
    public TsigKey? Find(ReadOnlySpan<byte> name) => _byWire.TryGetValue(name, out TsigKey? key) ? key : null;
}
