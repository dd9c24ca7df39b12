namespace Ropewalk.Policies;

/// <summary>Lets a protocol say that its beginning is over: the peer has said who it is, or what it wants.</summary>
public interface IHandshakeDeadlineFeature
{
    /// <summary>Lifts the deadline. <b>Call</b>: once the peer has done what the protocol asks of a beginning; more calls do nothing.</summary>
    void HandshakeDone();
}
