"""words.py PORT: the IRC server of twisted.words. Any name with any password may come; channels are made when they are joined."""

import sys

from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import IUsernamePassword
from twisted.cred.portal import Portal
from twisted.internet import defer, reactor
from twisted.words.service import InMemoryWordsRealm, IRCFactory
from zope.interface import implementer


@implementer(ICredentialsChecker)
class Anybody:
    credentialInterfaces = (IUsernamePassword,)

    def requestAvatarId(self, credentials):
        name = credentials.username
        return defer.succeed(name.decode() if isinstance(name, bytes) else name)


realm = InMemoryWordsRealm("bench")
realm.createGroupOnRequest = True
realm.createUserOnRequest = True
reactor.listenTCP(int(sys.argv[1]), IRCFactory(realm, Portal(realm, [Anybody()])), backlog=4096, interface="127.0.0.1")
reactor.run()
