using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Tests.Wire;

public sealed class WireNameTests
{
    /// <summary>Messages, and the name at their last marked byte.</summary>
    public sealed class Compression
    {
        // RFC 1035 §4.1.4's example, at its own offsets.
        private static byte[] Example()
        {
            byte[] message = new byte[100];
            byte[] isi = [1, (byte)'F', 3, (byte)'I', (byte)'S', (byte)'I', 4, (byte)'A', (byte)'R', (byte)'P', (byte)'A', 0];
            isi.CopyTo(message, 20);
            byte[] foo = [3, (byte)'F', (byte)'O', (byte)'O', 0xc0, 20];
            foo.CopyTo(message, 40);
            message[64] = 0xc0;
            message[65] = 26;
            message[92] = 0;
            return message;
        }

        [Theory]
        [InlineData(20, "F.ISI.ARPA.", 32)]
        [InlineData(40, "FOO.F.ISI.ARPA.", 46)]
        [InlineData(64, "ARPA.", 66)]
        [InlineData(92, ".", 93)]
        public void The_example_of_the_RFC(int offset, string name, int end)
        {
            Span<byte> wire = stackalloc byte[255];
            int position = offset;
            Assert.Equal(DnsViolation.None, WireName.Decode(Example(), ref position, wire, out int length));
            Assert.Equal(end, position);
            DomainName.Decode(wire[..length], out DomainName? decoded);
            Assert.Equal(name, decoded!.ToString());
            position = offset;
            Assert.Equal(DnsViolation.None, WireName.Skip(Example(), ref position));
            Assert.Equal(end, position);
        }

        [Theory]
        [InlineData("c000", 0, DnsViolation.PointerNotBackwards)] // itself
        [InlineData("0161c000", 0, DnsViolation.PointerNotBackwards)] // into its own beginning
        [InlineData("c002c000", 2, DnsViolation.PointerNotBackwards)] // two that point at each other
        [InlineData("c00400000000", 0, DnsViolation.PointerNotBackwards)] // forwards
        [InlineData("0161c00000", 2, DnsViolation.PointerNotBackwards)] // to a name that leads back
        [InlineData("c0", 0, DnsViolation.NameTruncated)]
        [InlineData("0361", 0, DnsViolation.NameTruncated)]
        [InlineData("0161", 0, DnsViolation.NameTruncated)]
        [InlineData("", 0, DnsViolation.NameTruncated)]
        [InlineData("4000", 0, DnsViolation.LabelTypeUnknown)]
        [InlineData("8000", 0, DnsViolation.LabelTypeUnknown)]
        public void A_malformed_name_is_a_value(string message, int offset, DnsViolation expected)
        {
            int position = offset;
            Assert.Equal(expected, WireName.Decode(Convert.FromHexString(message), ref position, new byte[255], out int length));
            Assert.Equal((offset, 0), (position, length));
        }

        [Fact]
        public void A_chain_of_pointers_ends()
        {
            // A root, and pointers each to the one before.
            byte[] message = new byte[16_384];
            for (int i = 2; i < message.Length; i += 2)
            {
                int target = i == 2 ? 0 : i - 2;
                message[i] = (byte)(0xc0 | (target >> 8));
                message[i + 1] = (byte)target;
            }

            int position = 2 * DnsLimits.Pointers;
            Assert.Equal(DnsViolation.None, WireName.Decode(message, ref position, new byte[255], out _));
            position = 2 * (DnsLimits.Pointers + 1);
            Assert.Equal(DnsViolation.TooManyPointers, WireName.Decode(message, ref position, new byte[255], out _));
        }

        [Fact]
        public void The_longest_name_has_255_bytes()
        {
            byte[] message = new byte[260];
            for (int i = 0; i < 254; i += 2)
            {
                message[i] = 1;
            }

            int position = 0;
            Assert.Equal(DnsViolation.None, WireName.Decode(message, ref position, new byte[255], out int length));
            Assert.Equal(255, length);
            // One label more, by a pointer.
            byte[] longer = [.. message, 1, (byte)'a', 0xc0, 0];
            position = 260;
            Assert.Equal(DnsViolation.NameTooLong, WireName.Decode(longer, ref position, new byte[255], out _));
            // One byte more than the most, by a pointer and without.
            byte[] byOne = [.. message, 2, (byte)'a', (byte)'b', 0xc0, 2];
            position = 260;
            Assert.Equal(DnsViolation.NameTooLong, WireName.Decode(byOne, ref position, new byte[255], out _));
            byOne = [2, (byte)'a', (byte)'b', .. message[2..]];
            position = 0;
            Assert.Equal(DnsViolation.NameTooLong, WireName.Decode(byOne, ref position, new byte[255], out _));
            Assert.Equal(DnsViolation.NameTooLong, WireName.Skip(byOne, ref position));
            Assert.Equal(DnsViolation.NameTooLong, WireName.Measure(byOne, out _));
            message[254] = 1;
            position = 0;
            Assert.Equal(DnsViolation.NameTooLong, WireName.Decode(message, ref position, new byte[255], out _));
            position = 0;
            Assert.Equal(DnsViolation.NameTooLong, WireName.Skip(message, ref position));
            Assert.Equal(DnsViolation.NameTooLong, WireName.Measure(message, out _));
        }
    }

    public sealed class Order
    {
        /// <summary>RFC 4034 §6.1's own list.</summary>
        [Fact]
        public void Canonical_order_is_that_of_the_RFC()
        {
            string[] sorted = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example", "\\001.z.example", "*.z.example", "\\200.z.example"];
            DomainName[] names = [.. sorted.Select(DomainName.Parse)];
            Random random = new(1);
            for (int round = 0; round < 20; round++)
            {
                DomainName[] mixed = [.. names.OrderBy(_ => random.Next()).Order()];
                Assert.Equal(sorted.Select(name => name + "."), mixed.Select(name => name.ToString()));
            }
        }

        [Theory]
        [InlineData("a.example", "A.EXAMPLE", 0)]
        [InlineData(".", "a", -1)]
        [InlineData("b.a", "a.b", -1)]
        [InlineData("ab", "a", 1)]
        public void Names_compare(string one, string other, int order)
        {
            Assert.Equal(order, Math.Sign(DomainName.Parse(one).CompareTo(DomainName.Parse(other))));
            Assert.Equal(-order, Math.Sign(DomainName.Parse(other).CompareTo(DomainName.Parse(one))));
        }
    }

    public sealed class Case
    {
        [Fact]
        public void Only_A_to_Z_are_letters()
        {
            // RFC 4343 §3: every byte at every place of a word, against the table.
            for (int length = 1; length <= 40; length++)
            {
                byte[] name = new byte[length];
                for (int value = 0; value < 256; value++)
                {
                    name.AsSpan().Fill((byte)value);
                    byte[] lower = new byte[length];
                    WireName.ToLower(name, lower);
                    byte expected = value is >= 'A' and <= 'Z' ? (byte)(value + 32) : (byte)value;
                    Assert.True(lower.AsSpan().IndexOfAnyExcept(expected) < 0, $"{value} at {length}");
                    Assert.True(WireName.Equal(name, lower));
                }
            }
        }

        [Fact]
        public void Equality_sees_each_byte()
        {
            for (int length = 1; length <= 40; length++)
            {
                byte[] one = new byte[length];
                one.AsSpan().Fill((byte)'x');
                for (int at = 0; at < length; at++)
                {
                    byte[] other = [.. one];
                    other[at] = (byte)'X';
                    Assert.True(WireName.Equal(one, other));
                    other[at] = (byte)'y';
                    Assert.False(WireName.Equal(one, other));
                    // '[' and '{', '@' and '`' differ by the bit of the case, and are no letters.
                    one[at] = (byte)'@';
                    other[at] = (byte)'`';
                    Assert.False(WireName.Equal(one, other));
                    one[at] = (byte)'x';
                }
            }
        }

        [Theory]
        [InlineData("www.example.org", "example.org", true)]
        [InlineData("www.example.org", "EXAMPLE.ORG", true)]
        [InlineData("example.org", "example.org", true)]
        [InlineData("example.org", ".", true)]
        [InlineData("badexample.org", "example.org", false)]
        [InlineData("a\\007example.org", "example.org", false)]
        [InlineData("org", "example.org", false)]
        public void A_name_stands_below_another_by_whole_labels(string name, string ancestor, bool expected) =>
            Assert.Equal(expected, DomainName.Parse(name).IsSubdomainOf(DomainName.Parse(ancestor)));
    }
}
