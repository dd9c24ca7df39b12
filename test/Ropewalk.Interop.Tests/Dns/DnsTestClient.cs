using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Asks a server on this machine by datagrams, many questions at once.</summary>
internal sealed class DnsTestClient : IDisposable
{
    // What the buffers of sockets hold everywhere.
    private const int AtOnce = 64;
    private const int MostTries = 3;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65535];

    public DnsTestClient(int port) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Asks once.</summary>
    /// <returns>The answer; null if none came.</returns>
    public byte[]? TryAsk(byte[] query, TimeSpan patience)
    {
        try
        {
            _socket.Send(query);
            return _socket.Poll(patience, SelectMode.SelectRead) ? _buffer[.._socket.Receive(_buffer)] : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks questions, until all are answered or the server answers no more.</summary>
    /// <param name="queries">The questions; the first two bytes of each are its place among them.</param>
    /// <param name="begin">The first one to ask.</param>
    /// <param name="answers">Where the answers go.</param>
    /// <returns>Where to go on; the number of questions if that was all.</returns>
    public int Ask(IReadOnlyList<byte[]> queries, int begin, byte[]?[] answers)
    {
        for (; begin < queries.Count; begin += AtOnce)
        {
            int end = Math.Min(begin + AtOnce, queries.Count), missing = end - begin;
            for (int tries = 0; missing > 0; tries++)
            {
                if (tries == MostTries)
                {
                    return end;
                }

                for (int i = begin; i < end; i++)
                {
                    if (answers[i] is null)
                    {
                        _socket.Send(queries[i]);
                    }
                }

                missing -= Receive(begin, end, missing, answers);
            }
        }

        return queries.Count;
    }

    /// <summary>Asks all questions; each is answered.</summary>
    public byte[][] AskAll(IReadOnlyList<byte[]> queries)
    {
        byte[]?[] answers = new byte[queries.Count][];
        Ask(queries, 0, answers);
        Assert.DoesNotContain(null, answers);
        return answers!;
    }

    private int Receive(int begin, int end, int missing, byte[]?[] answers)
    {
        int received = 0;
        while (received < missing && _socket.Poll(TimeSpan.FromSeconds(2), SelectMode.SelectRead))
        {
            byte[] answer = _buffer[.._socket.Receive(_buffer)];
            int place = (answer[0] << 8) | answer[1];
            if (place >= begin && place < end && answers[place] is null)
            {
                answers[place] = answer;
                received++;
            }
        }

        return received;
    }

    public void Dispose() => _socket.Dispose();
}
