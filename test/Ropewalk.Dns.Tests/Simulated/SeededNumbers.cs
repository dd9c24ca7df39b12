using System.Security.Cryptography;

namespace Ropewalk.Dns.Tests.Simulated;

/// <summary>Gives secrets that a seed repeats.</summary>
internal sealed class SeededNumbers(int seed) : RandomNumberGenerator
{
    private readonly Random _random = new(seed);

    public override void GetBytes(byte[] data) => _random.NextBytes(data);

    public override void GetBytes(Span<byte> data) => _random.NextBytes(data);
}
