using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Receives and sends many datagrams per system call, on Linux. The thread sleeps inside <c>recvmmsg</c>: at a low rate a datagram costs
/// two calls, one to take it and one to answer, and no third to wait.
/// </summary>
internal sealed unsafe class BatchedDatagramReceiver : DatagramReceiver
{
    private readonly LinuxMessages _messages;
    private readonly int _socket;

    public BatchedDatagramReceiver(
        IDatagramPort port, int index, DatagramSocket socket, DatagramPortOptions options, DatagramHandlerSwitch handlers, DatagramLog log)
        : base(port, index, socket, options, handlers, log)
    {
        _socket = socket.Descriptor;
        _messages = new LinuxMessages(Slots, socket.Local, packetInfo: socket.IsWildcard);
    }

    /// <summary>
    /// Ends the receiving side of the socket: a wait on it returns, and so does every later one, so that no wake-up can come too early.
    /// Linux refuses with ENOTCONN on an unconnected socket and does it all the same. What is queued stays readable, and sending goes on.
    /// </summary>
    public override void Wake()
    {
        if (BoundSocket.TryHold())
        {
            _ = LinuxSocketCalls.Shutdown(_socket, LinuxSocketCalls.ShutdownReceive);
            BoundSocket.Release();
        }
    }

    protected override void SendReplies(int count)
    {
        _messages.FillSends(count);
        int done = 0;
        while (done < count)
        {
            int taken = LinuxSocketCalls.SendBatch(_socket, &_messages.Send[done], (uint)(count - done), 0);
            if (taken > 0)
            {
                CountSent(done, taken);
                done += taken;
            }
            else
            {
                done += SkipRefused(done, count);
            }
        }
    }

    protected override bool SendHeld(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
        => _messages.SendNow(_socket, to, from, payload);

    protected override void ServeOnce() => Receive(LinuxSocketCalls.FlagWaitForOne);

    protected override int DrainOnce() => Receive(LinuxSocketCalls.FlagDontWait);

    protected override void FreeMemory()
    {
        base.FreeMemory();
        _messages.Free();
    }

    private int Receive(int flags)
    {
        int count = LinuxSocketCalls.ReceiveBatch(_socket, _messages.Receive, (uint)Slots.Capacity, flags, null);
        if (count <= 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (LinuxSocketCalls.ErrorAgain or LinuxSocketCalls.ErrorInterrupted))
            {
                ReceiveFailed(error);
            }

            return 0;
        }

        ReceiveSucceeded();
        if (_messages.Receive[0].NameLength == 0)
        {
            return TakeWoken(count);
        }

        long bytes = _messages.TakeReceived(count, ref Truncated);
        Deliver(count, bytes);
        return count;
    }

    // A wait that the end of the receiving side has ended looks like an empty datagram from nobody. It is the first of its batch, if
    // datagrams came after it: the last of them takes its place.
    private int TakeWoken(int count)
    {
        _messages.ResetName(0);
        if (count == 1)
        {
            return 0;
        }

        long bytes = _messages.TakeReceived(count, ref Truncated);
        ref ReceivedDatagram last = ref Slots.Received[count - 1];
        ref ReceivedDatagram first = ref Slots.Received[0];
        first.Peer = last.Peer;
        first.Local = last.Local;
        first.Length = last.Length;
        first.IsTruncated = last.IsTruncated;
        new ReadOnlySpan<byte>(last.Payload, last.Length).CopyTo(new Span<byte>(first.Payload, Slots.ReceiveBytes));
        Deliver(count - 1, bytes);
        return count - 1;
    }

    private void CountSent(int from, int count)
    {
        long bytes = 0;
        for (int i = from; i < from + count; i++)
        {
            bytes += Slots.Outgoing[i].Length;
        }

        Sent += count;
        SentBytes += bytes;
    }

    /// <summary>Says how many to go on behind, after the system has refused the datagram at <paramref name="at"/>.</summary>
    private int SkipRefused(int at, int count)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case LinuxSocketCalls.ErrorInterrupted:
                return 0;

            case LinuxSocketCalls.ErrorAgain:
                // the send buffer stayed full for SendTimeout: everything behind would wait as long
                Dropped += count - at;
                return count - at;

            case LinuxSocketCalls.ErrorInvalid when _messages.Send[at].ControlLength != 0:
                // the address of arrival cannot be left from (a subnet's broadcast address): the system chooses
                _messages.Send[at].ControlLength = 0;
                return 0;

            default:
                // this one alone cannot be sent: unreachable, filtered, too long for the path
                Dropped++;
                return 1;
        }
    }
}
