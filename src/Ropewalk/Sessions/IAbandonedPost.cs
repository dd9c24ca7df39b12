namespace Ropewalk.Sessions;

/// <summary>Is a post whose poster waits for it.</summary>
internal interface IAbandonedPost
{
    /// <summary>Tells the poster that the conversation ended first.</summary>
    void Abandon(Exception reason);
}
